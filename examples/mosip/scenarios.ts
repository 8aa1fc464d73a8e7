import { SURNAME, born, called } from '../basic/made-up'
import type { Scenario } from '../basic/play'
import {
  THIS_YEAR,
  birth,
  correct,
  isRegistered,
  register,
  signedInMother,
  until
} from '../basic/steps'
import { signIn } from '../basic/walk-in'
import {
  FROM_MOSIP,
  MOTHER,
  NEWBORN,
  childAtMosip,
  declareAndRegister,
  declareFather,
  done,
  fathersStatus,
  introduction,
  isDone,
  packets,
  refused,
  registered,
  registration,
  rejection
} from './steps'
import { DECEASED, FATHER, type MosipWorld } from './world'

/** MOSIP may well say about whom it speaks. */
const KNOWN = `${called('Emre')} is known.`

export const mosipScenarios: Array<Scenario<MosipWorld>> = [
  {
    title:
      'A mother signs in with eSignet: her newborn gets a VID from MOSIP, which is told who introduces the child',
    async play(world) {
      const eventId = world.core.createEvent('birth')
      const answer = await signIn({
        ...world,
        providerUrl: world.provider.url,
        token: world.core.userToken(),
        eventId,
        person: 'mother',
        individualId: MOTHER
      })
      await declareAndRegister(world, eventId, {
        ...birth('Amina', NEWBORN),
        ...signedInMother(answer)
      })
      return eventId
    },
    look: introduction,
    expected: {
      ...FROM_MOSIP,
      mother: 'authenticated',
      introducer: 'pairwise subject'
    }
  },
  {
    title: 'A form that only claims it: the child has no introducer',
    async play(world) {
      const eventId = world.core.createEvent('birth')
      await declareAndRegister(world, eventId, {
        ...birth('Bela', NEWBORN),
        'mother.verified': 'authenticated'
      })
      return eventId
    },
    look: introduction,
    expected: { ...FROM_MOSIP, mother: 'pending', introducer: 'none' }
  },
  {
    title: 'A father gives his number: MOSIP says that his data match',
    play: (world) => declareFather(world, 'Chidi', '1990-05-17'),
    look: fathersStatus,
    expected: { father: 'verified' }
  },
  {
    title: 'The same number, and another date of birth: no match',
    play: (world) => declareFather(world, 'Dalia', '1990-05-18'),
    look: fathersStatus,
    expected: { father: 'failed' }
  },
  {
    title: "An infant's name is corrected: MOSIP is told",
    async play(world) {
      const eventId = await registered(world, birth('Ines'))
      await correct(world, eventId, {
        'child.name': { firstname: called('Inez'), surname: SURNAME }
      })
      await until(() => isDone(world, 'updated'))
      return eventId
    },
    look: (world, eventId, deliveries) => ({
      done: done(world, deliveries),
      name: childAtMosip(world, eventId)?.name
    }),
    expected: {
      done: ['CRVS_NEW issued', 'CRVS_UPDATE updated'],
      name: `${called('Inez')} ${SURNAME}`
    }
  },
  {
    title: "An adult's name is corrected: nothing is sent",
    async play(world) {
      const adult = { 'child.dob': born('1990-05-17'), 'child.nid': FATHER.vid }
      const eventId = await register(world, birth('Femi', adult))
      await correct(world, eventId, {
        'child.name': { firstname: called('Olufemi'), surname: SURNAME }
      })
      await new Promise((resolve) => setTimeout(resolve, 300))
      return eventId
    },
    look: (world, eventId, deliveries) => ({
      name: world.core.state(eventId)?.declaration['child.name'],
      packets: packets(world, deliveries).length,
      atMosip: world.mosip.person(FATHER.vid)?.name
    }),
    expected: {
      name: { firstname: called('Olufemi'), surname: SURNAME },
      packets: 0,
      atMosip: FATHER.name
    }
  },
  {
    title: 'A death: flagged at MOSIP, and nothing is deactivated',
    async play(world) {
      const eventId = await register(
        world,
        {
          'deceased.name': { firstname: called('Otto'), surname: SURNAME },
          'deceased.dob': born('1950-02-03'),
          'deceased.gender': 'male',
          'deceased.nid': DECEASED.vid,
          'eventDetails.date': `${THIS_YEAR}-01-01`
        },
        'death'
      )
      await until(() => isDone(world, 'deceased'))
      return eventId
    },
    look(world, eventId, deliveries) {
      const [packet] = packets(world, deliveries)
      const person = world.mosip.person(DECEASED.vid)
      return {
        status: world.core.index(eventId)?.status,
        declaredAsDeceased: packet?.fields.declaredAsDeceased,
        deceasedDeclarationDate: packet?.fields.deceasedDeclarationDate,
        isDeceased: person?.isDeceased,
        isDeactivated: person?.isDeactivated
      }
    },
    expected: {
      status: 'REGISTERED',
      declaredAsDeceased: 'Y',
      deceasedDeclarationDate: `${THIS_YEAR}/01/01`,
      isDeceased: true,
      isDeactivated: false
    }
  },
  {
    title: 'MOSIP rejects the packet: so does core, and the reason is kept',
    play(world) {
      world.mosip.behave({
        refuse: () => ({ code: 'RPR-1', reason: KNOWN })
      })
      return refused(world, 'Emre')
    },
    look: rejection,
    expected: {
      rejected: true,
      reason: KNOWN,
      told: 'by message'
    }
  },
  {
    title: 'The same, and the message is lost: MOSIP is asked',
    play(world) {
      world.mosip.behave({
        refuse: () => ({ code: 'RPR-1', reason: KNOWN }),
        callbacks: { delivery: 'lose' }
      })
      return refused(world, 'Farid')
    },
    look: rejection,
    expected: {
      rejected: true,
      reason: KNOWN,
      told: 'when asked'
    }
  },
  {
    title: 'A credential is lost: registered once MOSIP issues it again',
    async play(world) {
      const { mosip } = world
      mosip.behave({ callbacks: { delivery: 'lose' } })
      const before = mosip.ledger.of('issued').length
      const eventId = await register(world, birth('Gita'))
      await until(() => mosip.ledger.of('issued').length > before)
      await mosip.idle()
      mosip.behave({ callbacks: { delivery: 'send' } })
      await mosip.issueAgain(mosip.applicationIds.at(-1) ?? '')
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: registration,
    expected: FROM_MOSIP
  },
  {
    title: 'MOSIP is down and comes back',
    async play(world) {
      await world.mosip.disappear()
      const eventId = await register(world, birth('Hugo'))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      await world.mosip.start()
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: registration,
    expected: FROM_MOSIP
  },
  {
    title:
      'Connections are cut after the packet and after the workflow: one identity',
    async play(world) {
      const { faults, log } = world.mosip
      const before = log.of('workflow').length
      faults.add('createPacket', { kind: 'cutAfter' })
      faults.add('workflow', { kind: 'cutAfter' })
      const eventId = await registered(world, birth('Jonas'))
      // The credential is faster than the second try.
      await until(() => log.of('workflow').length > before + 1)
      return eventId
    },
    look: registration,
    expected: FROM_MOSIP
  },
  {
    title: 'A credential comes early, three times, and forged: accepted once',
    async play(world) {
      const { mosip } = world
      mosip.behave({ callbacks: { delivery: 'early', copies: 3 } })
      const eventId = await registered(world, birth('Kofi'))
      const applicationId = mosip.applicationIds.at(-1) ?? ''
      await mosip.idle()
      await mosip.sendCredential(applicationId, {}, 'wrongSecret')
      return eventId
    },
    look: (world, eventId, deliveries) => ({
      ...registration(world, eventId, deliveries),
      forged: world.mosip.log.of('delivery').at(-1)?.status
    }),
    expected: { ...FROM_MOSIP, forged: 401 }
  },
  {
    title:
      'A registration is revoked: the identity is deactivated once somebody at MOSIP agrees',
    async play(world) {
      const { mosip } = world
      mosip.behave({ review: 'hold' })
      const eventId = await registered(world, birth('Lila'))
      await world.core.custom(eventId, 'REVOKE_REGISTRATION')
      const isHeld = () => {
        const [applicationId = ''] = mosip.applicationIds.slice(-1)
        return mosip.registration(applicationId)?.isInReview === true
      }
      await until(isHeld)
      if (isHeld()) {
        await mosip.review(mosip.applicationIds.at(-1) ?? '', 'approve')
      }
      return eventId
    },
    look: (world, eventId, deliveries) => ({
      done: done(world, deliveries),
      isDeactivated: childAtMosip(world, eventId)?.isDeactivated,
      delivery: deliveries.at(-1)?.delivery.state
    }),
    expected: {
      done: ['CRVS_NEW issued', 'CRVS_DEACTIVATE_ID deactivated'],
      isDeactivated: true,
      delivery: 'delivered'
    }
  }
]
