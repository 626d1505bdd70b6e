/** Words of coming back and of failures, where plain Dutch says it in a simpler way. */

import { nl } from "../nl/index.js";

export const visit = {
  enter: {
    ...nl.enter,
    help: "Vul je geheime code in. Streepjes en hoofdletters zijn niet nodig.",
    lookHelp: "Kijk je alleen of er nieuws is? Dan ziet niemand welk bericht van jou is.",
    noNews: (first: string, last: string) =>
      `Nee. Er kwam niets voor je aan. Wij keken van ${first} tot ${last}. Wat vandaag komt, zie je pas als je je bericht opent.`,
    noNewsKnown:
      "Wij vonden niets nieuws. Wij konden niet alle dagen zien. Open je bericht. Dan weet je het zeker.",
    working: "Wij kijken naar je code. Dat doet je eigen telefoon of computer.",
    lost: "Ben je je code kwijt? Dan kan niemand je bericht openen. Schrijf een nieuw bericht. Zeg erbij dat je al eerder schreef.",
    sure: "Weet je niet of je bericht er is? Vul de code in. Dan zie je het.",
    notFound:
      "Wij vinden geen bericht bij deze code. Is de code van een ander meldpunt? Of is je bericht al weg?",
  },
  visit: {
    ...nl.visit,
    overdue: (day: string) =>
      `Dit moest op ${day} klaar zijn. Wij zijn te laat. Dat is niet jouw schuld.`,
    outside: "Bel iemand die niet van dit meldpunt is:",
    own: "Dit schreef jij. Je woorden staan hier niet. Zo kan niemand anders ze lezen.",
    noWrap: "Dit is voor jou. Je kunt het nog niet lezen. Kijk later nog een keer.",
    unreadable: "Dit kun je niet lezen. Vraag of ze het nog een keer sturen.",
    refused: "Dit klopt niet. Misschien heeft iemand iets veranderd. Bel het meldpunt.",
    unconfirmed: "Let op: dit telt niet mee. Misschien mag deze persoon hier niet schrijven.",
    withdrawnText: "Je wilde dit bericht weghalen. Schrijf je nog iets? Dan gaan wij weer verder.",
    erased: "Je haalde dit bericht weg. Alles is weg. Je kunt een nieuw bericht schrijven.",
    notSeen: "Wij weten nog niet of iemand je bericht las.",
    story: "Mijn verhaal niet meer vertellen",
    storyHelp: "Wij vertellen je verhaal dan niet meer. Wat al is verteld, kan niet altijd terug.",
    storySure: "Ja, vertel het niet meer",
    retaliation: "Anderen doen lelijk tegen mij omdat ik dit vertelde",
    retaliationHelp:
      "Iemand moet dan snel iets doen. Was je bericht al klaar? Dan gaat het weer open.",
    told: {
      worseOff: {
        asked: "Schreef je dat anderen lelijk tegen je doen omdat je dit vertelde?",
        by: (day: string) => `Je krijgt antwoord. Dat is op ${day}, of eerder.`,
      },
      storyTakenBack: {
        asked: "Vroeg je ons om je verhaal niet meer te vertellen?",
        by: (day: string) => `Wij halen je verhaal weg. Dat is op ${day}, of eerder.`,
      },
    },
    withdraw: "Mijn bericht weghalen",
    withdrawDone: "Wat al is gedaan, blijft zo.",
    withdrawLater: (day: string) => `Op ${day} gaat alles weg. Je kunt je nog bedenken.`,
    withdrawNow: "Alles nu weghalen. Daarna kun je je niet meer bedenken.",
    withdrawSure: "Ja, haal mijn bericht weg",
    eraseSure: "Ja, alles mag weg",
    withdrawChoose: "Wanneer mag het weg?",
    takeoverText:
      "Iemand schreef dit voor je op. Die persoon kent je code. Neem nu een nieuwe code. Die ken jij dan alleen.",
    departed: "De mensen die je bericht lazen, werken hier niet meer. Kies wie het nu mag lezen.",
    leaveHelp: "Wie mag dit niet meer lezen? Haal het vinkje weg.",
    newcomer:
      "Iemand vraagt of een collega mag meelezen. Schrijf iets terug. Dan kies je ja of nee.",
    referred: "Iemand noemt een ander meldpunt. Zij weten nog niets van jou. Dit is het adres:",
    handoverWhat:
      "Het andere meldpunt mag dan alles lezen. Tot zij ja zeggen, helpt dit meldpunt je.",
    handoverLeaveOut:
      "Wie mag dit daar niet lezen? Vink die mensen aan. Wie wel leest, kan dat zien. Je ziet straks wie het wel leest. Daarna kies je pas.",
    handoverUntil: (day: string) => `Zij mogen kiezen tot en met ${day}. Daarna kan het niet meer.`,
    proofText:
      "In dit bestand staat wat anderen je schreven. Je kunt het later aan iemand laten zien.",
    saved:
      "Kijk bij je downloads. Staat het daar niet? Probeer het dan nog een keer. Doe het alleen open als je het vertrouwt.",
    proofSaved: "Kijk bij je downloads. Het bestand heet “bestand.json”.",
    proofRisk: "Wie dit bestand vindt, kan het lezen. Bewaar het goed.",
  },
  alarms: {
    ...nl.alarms,
    other: (who: string) =>
      `Er klopt iets niet. Het gaat om een bericht van ${who}. Bel het meldpunt.`,
    call: "Twijfel je? Bel dan. Zoek zelf het nummer op.",
  },
  notices: {
    ...nl.notices,
    "document-expired": "Dit meldpunt is iets vergeten. Je bericht komt wel aan.",
    "document-past-grace":
      "Dit meldpunt is iets vergeten. Je kunt nu niets sturen. Bel het meldpunt.",
    "key-missing": "Eén persoon kan dit nu nog niet lezen. Later wel.",
    "bulletin-withheld": "Er kwam een bericht voor je. Dat zag je eerst niet.",
    "not-seen":
      "Anderen schreven hier iets. Zij zagen jouw laatste bericht niet. Vraag of het er is.",
    "host-proof": "Wij weten niet zeker of je bericht er is. Kijk morgen nog een keer met je code.",
    host: "De computer van het meldpunt zegt iets vreemds. Wij kijken naar de berichten zelf.",
  } as Record<string, string>,
  failures: {
    ...nl.failures,
    unreachable: "Wij krijgen geen antwoord. Heb je internet? Probeer het dan nog een keer.",
    server: "De computer van het meldpunt doet het niet goed. Probeer het later nog een keer.",
    fileGone:
      "Dit bestand kan niet mee. Is het weg? Of anders? Laat het weg. Je kunt het later nog sturen.",
    noRoom:
      "Dit lukt niet. Is je telefoon of computer vol? Gooi iets weg. Probeer het dan nog een keer.",
    full: "De computer van het meldpunt is vol. Probeer het later, of bel.",
    limited: "Het is nu te druk. Bewaar je code en wacht even.",
    untrue:
      "Dit meldpunt klopt niet. Schrijf hier niets. Bel het meldpunt. Zoek zelf het nummer op.",
    untrueAnswer: "Het antwoord klopt niet. Probeer het later, of bel het meldpunt.",
    expired: "Dit meldpunt is iets vergeten. Je kunt nu niets sturen. Bel het meldpunt.",
    clock:
      "Staat de klok van je telefoon of computer goed? Zet hem goed. Probeer het dan nog een keer.",
    onion: "Dit meldpunt werkt niet meer met Tor. Bel het meldpunt.",
    moving: "Dit meldpunt is aan het verhuizen. Er gaat niets weg. Probeer het later.",
    erased: "Dit bericht is weg. Maak een nieuw bericht.",
    twice:
      "Iemand heeft net iets gestuurd met jouw code. Was jij dat, in een ander venster? Kijk eerst opnieuw.",
    withheld: "Misschien is er een bericht van jou weg. Je kunt nu niets sturen. Bel het meldpunt.",
    fault: "Deze pagina is stuk. Er wordt niets verstuurd. Bel het meldpunt.",
    config: "Deze pagina is niet goed gemaakt. Bel het meldpunt.",
  },
};
