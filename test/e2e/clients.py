"""What Debian's python3-kubernetes does against the cluster of $KUBECONFIG: every line that fails says which."""
import sys

from kubernetes import client, config, watch

config.load_kube_config(sys.argv[1])
core, apps = client.CoreV1Api(), client.AppsV1Api()
space = "default"

created = core.create_namespaced_config_map(space, {"metadata": {"name": "from-python"}, "data": {"a": "1"}})
assert created.metadata.uid and created.data == {"a": "1"}, created

patched = core.patch_namespaced_config_map("from-python", space, {"data": {"b": "2"}})
assert patched.data == {"a": "1", "b": "2"}, patched

patched.data = {"c": "3"}
replaced = core.replace_namespaced_config_map("from-python", space, patched)
assert replaced.data == {"c": "3"}, replaced

try:
    core.replace_namespaced_config_map("from-python", space, created)
    raise AssertionError("an old resourceVersion was taken")
except client.ApiException as error:
    assert error.status == 409, error

listed = core.list_namespaced_config_map(space, field_selector="metadata.name=from-python")
assert [item.metadata.name for item in listed.items] == ["from-python"], listed

labels = {"app": "python"}
deployment = client.V1Deployment(
    metadata=client.V1ObjectMeta(name="from-python"),
    spec=client.V1DeploymentSpec(
        replicas=2,
        selector=client.V1LabelSelector(match_labels=labels),
        template=client.V1PodTemplateSpec(
            metadata=client.V1ObjectMeta(labels=labels),
            spec=client.V1PodSpec(containers=[client.V1Container(name="c", image="app:1")]),
        ),
    ),
)
apps.create_namespaced_deployment(space, deployment)
for event in watch.Watch().stream(apps.list_namespaced_deployment, space, timeout_seconds=20):
    status = event["object"].status
    if event["object"].metadata.name == "from-python" and status.ready_replicas == 2:
        break
else:
    raise AssertionError("the deployment never had two ready pods")
assert apps.read_namespaced_deployment_scale("from-python", space).spec.replicas == 2
pods = core.list_namespaced_pod(space, label_selector="app=python").items
assert all(pod.status.phase == "Running" and pod.spec.node_name for pod in pods) and len(pods) == 2, pods

stream = watch.Watch()
kinds = []
core.delete_namespaced_config_map("from-python", space)
for event in stream.stream(
    core.list_namespaced_config_map, space, resource_version=listed.metadata.resource_version, timeout_seconds=20
):
    kinds.append((event["type"], event["object"].metadata.name))
    if kinds[-1] == ("DELETED", "from-python"):
        stream.stop()
assert ("DELETED", "from-python") in kinds, kinds
apps.delete_namespaced_deployment("from-python", space, propagation_policy="Foreground")
try:
    core.read_namespaced_config_map("from-python", space)
    raise AssertionError("a deleted object was read")
except client.ApiException as error:
    assert error.status == 404, error
print("done")
