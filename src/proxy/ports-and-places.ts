// Services' ports as this machine's nodes see them: again whenever a port or a place changes.
import {type PortsChange, watchServicePorts} from '../reconcile/service-ports.ts'
import type {ProxyOptions} from './contract.ts'
import {machineAddresses} from './machine.ts'
import {type Places, watchPlaces} from './places.ts'

export type {PortsChange} from '../reconcile/service-ports.ts'

export const watchPortsAndPlaces = async (
  options: Pick<ProxyOptions, 'informers' | 'clock' | 'signal'>,
  onChange: (change: PortsChange, places: Places) => void,
): Promise<Disposable> => {
  let last: PortsChange | undefined
  let refresh = (): void => undefined
  const tell = (): void => {
    if (last) onChange(last, places.now)
  }
  using end = new DisposableStack()
  const places = end.use(
    await watchPlaces({
      ...options,
      addresses: machineAddresses,
      onChange: () => {
        refresh()
        tell()
      },
    }),
  )
  const watch = await watchServicePorts({
    ...options,
    place: () => places.now.place,
    onChange: (change) => {
      last = change
      tell()
    },
  })
  end.use(watch)
  refresh = () => watch.refresh()
  return end.move()
}
