import { newId } from '../../internal/ids'

/** A topic, as the interface shows it. */
export type OsiaTopicView = { uuid: string; name: string }

/** The topics that there are. */
export type Topics = {
  readonly all: readonly OsiaTopicView[]
  /** Makes one, or gives the one of that name. */
  create(name: string): OsiaTopicView
  named(name: string): OsiaTopicView | undefined
  find(uuid: string): OsiaTopicView | undefined
  /** False when there is none. */
  remove(uuid: string): boolean
}

/** Topics by their ids. */
export function createTopics(beginWith: readonly string[]): Topics {
  const topics = new Map<string, OsiaTopicView>()

  function named(name: string): OsiaTopicView | undefined {
    return [...topics.values()].find((topic) => topic.name === name)
  }

  function create(name: string): OsiaTopicView {
    const topic = named(name) ?? { uuid: newId(), name }
    topics.set(topic.uuid, topic)
    return topic
  }

  beginWith.forEach(create)
  return {
    create,
    named,
    find: (uuid) => topics.get(uuid),
    remove: (uuid) => topics.delete(uuid),
    get all() {
      return [...topics.values()]
    }
  }
}
