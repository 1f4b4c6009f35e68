// Commands that people know from minikube and that make no sense where a node is this machine: what to do instead.
export const minikubeCommands: Readonly<Record<string, string>> = {
  cache: 'Images of the cluster stay in it, also while it is stopped:\n  mini image pull IMAGE\n  mini image load FILE',
  'docker-env':
    "There is no docker inside the cluster to point at. Build in the cluster, or bring what this machine's docker has:\n  mini image build -t NAME .\n  mini image load NAME",
  'podman-env':
    "There is no podman inside the cluster to point at. Build in the cluster, or bring what this machine's podman has:\n  mini image build -t NAME .\n  mini image load NAME",
  license: 'mini is under the Apache License 2.0. The licenses of what it uses are in the packages beside it.',
  mount: 'A node is this machine: a hostPath volume sees its folders as they are, with nothing to mount.',
  'ssh-host': 'A node is this machine, and nobody has to prove who they are to it:\n  mini ssh',
  'ssh-key': 'A node is this machine, and nobody needs a key for it:\n  mini ssh',
  'update-check': 'mini does not ask the network about itself:\n  npm outdated --global mini-cluster',
}
