import { DIALOGS } from './dialogs'
import { DOM } from './dom'
import { DRAWER } from './drawer'
import { FIELDS } from './fields'
import { IDENTITY_FIELDS } from './identity-fields'
import { INPUTS } from './inputs'
import { REQUESTS } from './requests'
import { SHELL } from './shell'

/**
 * The page's script: plain JavaScript for a browser, kept as text so that the
 * package ships it without a bundler. It draws what the engine on the server
 * says, reports what the user does, and makes the HTTP fields' calls, for which
 * a browser's cookies, Referer and time limits are needed.
 */
export const PLAYGROUND_SCRIPT = [
  "'use strict';\n(function () {",
  DOM,
  DIALOGS,
  INPUTS,
  IDENTITY_FIELDS,
  FIELDS,
  REQUESTS,
  DRAWER,
  SHELL,
  '})()\n'
].join('\n')
