import { describeStore } from '../contract'
import { filePlace } from './place'

describeStore('SQLite', filePlace)
