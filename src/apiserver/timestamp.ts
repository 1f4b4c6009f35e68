// Times as the API writes them: whole seconds, UTC.
export {formatTime as timestamp} from '../api/meta/time.ts'
