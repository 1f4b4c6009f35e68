// Paths that name no resource.
import type {Backend} from './backend.ts'
import type {Call} from './request/call.ts'
import type {Answer} from './respond/answer.ts'
import {textResponse} from './respond/status.ts'

export const answerPath = async (backend: Backend, call: Call): Promise<Answer | undefined> => {
  const {path} = call.info
  for (const page of backend.pages) {
    const answer = await page(call, path)
    if (answer) return answer
  }
  return textResponse(404, '404 page not found\n')
}
