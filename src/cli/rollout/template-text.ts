import type {PodTemplateSpec} from '../../api/schema/types.gen.ts'
import {Page} from '../describe/page.ts'
import {writePodTemplate} from '../describe/pod-template.ts'

/** The template as history shows it: tabs are left as they are. */
export const templateText = (template: PodTemplateSpec): string => {
  const page = new Page()
  writePodTemplate(page, template)
  return page.unaligned()
}
