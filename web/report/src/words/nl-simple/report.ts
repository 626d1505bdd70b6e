/** Words of the doors, the guide and a report, where plain Dutch says it in a simpler way. */

import { nl } from "../nl/index.js";

export const report = {
  name: "Makkelijk Nederlands",
  leave: {
    button: "Weg van deze pagina",
    help: "Wil je snel weg? Druk op deze knop. Of druk drie keer op Shift. Je ziet dan een andere pagina. Je browser kan nog wel weten dat je hier was.",
  },
  help: {
    ...nl.help,
    title: "Heb je nu hulp nodig?",
    text: "Wij lezen alleen op werkdagen. Wij weten niet wie je bent. Wij kunnen geen hulp sturen.",
    office: "Wil je liever bellen?",
    outside: "Gaat het over dit meldpunt? Of over de baas? Of ben je niet tevreden? Bel dan:",
  },
  doors: {
    title: "Wat wil je doen?",
    guide: "Ik zoek hulp",
    guideHelp: "Je kiest een paar keer. Dan zie je wie je kan helpen. Niemand ziet wat je kiest.",
    report: "Ik wil iets vertellen of vragen",
    reportHelp: "Je hoeft je naam niet te zeggen. Twijfel je? Dat is niet erg.",
    code: "Ik heb een code",
    codeHelp: "Kijk of er een antwoord is. Of schrijf iets terug.",
    safe: "Lees dit eerst",
    device: "Gebruik je eigen telefoon of computer. Gebruik niet de wifi van je werk of school.",
    history:
      "Je browser kan weten dat je hier was. Wat je schrijft, blijft niet op je telefoon of computer staan.",
    server:
      "De baas van deze pagina kan de pagina veranderen. Ben je daar bang voor? Bel dan het meldpunt.",
    backButton:
      "Gebruik de knoppen op deze pagina. Ga je terug met je browser? Dan is weg wat je schreef.",
  },
  before: {
    ...nl.before,
    privacy: "Wat doen wij met je bericht?",
    sealed: "Je bericht gaat op slot. Alleen de mensen die het mogen lezen, krijgen het open.",
    anonymous: "Wij vragen niet hoe je heet. Schrijf je naam alleen op als je dat zelf wilt.",
    later: "Straks kies je wie jouw bericht niet mag lezen.",
  },
  question: {
    ...nl.question,
    missing: "Schrijf hier iets op. Eén zin is genoeg.",
    notBefore: "Voor die dag doen wij niets waar een ander iets van merkt.",
    leaveOut: "Straks kies je wie dit niet mag lezen.",
    rest: "Ik wil geen vragen meer",
  },
  readers: {
    ...nl.readers,
    lot: (count: number) =>
      `Wie leest je bericht? ${count === 1 ? "Eén" : count} van deze mensen. De computer kiest wie.`,
    leaveOutHelp:
      "Ken je iemand van deze lijst goed? Of gaat je bericht over iemand van deze lijst? Zet een vinkje. Die persoon leest je bericht dan niet. De anderen zien wel wie je koos.",
    byLot: "De computer mag kiezen",
    chooseHelp: "Zet een vinkje bij wie dit mag lezen.",
    none: "Er is nu niemand over. Haal een vinkje weg. Of bel iemand anders:",
    external: "werkt ergens anders",
    functions: {
      adviser: "helpt je en denkt met je mee",
      contact: "leest je bericht als eerste",
      investigator: "zoekt uit wat er is gebeurd",
      decider: "beslist wat er gebeurt",
      aftercare: "helpt je daarna",
    },
  },
  files: {
    ...nl.files,
    cleaned: "Klaar. Je ziet niet meer wie het maakte en waar.",
    notCleaned: "Let op. In dit bestand kan staan wie het maakte, en waar.",
    refused: "Dit bestand is stuk. Het gaat niet mee. Haal het weg.",
    empty: "In dit bestand staat niets. Het gaat niet mee. Haal het weg.",
    large: "Dit bestand is te groot. Het gaat niet mee. Haal het weg.",
    name: "De naam van het bestand gaat mee. Staat jouw naam erin? Verander die dan eerst.",
  },
  story: {
    ...nl.story,
    title: "Mogen wij dit verhaal aan anderen vertellen?",
    text: "Wij noemen geen namen. Later mag je nog nee zeggen.",
  },
  check: {
    ...nl.check,
    recognise: "Kan iemand zien dat jij dit schreef? Haal dat dan weg.",
    making: "Wij maken je geheime code. Je bericht gaat op slot.",
  },
  code: {
    ...nl.code,
    text: "Met deze code lees je het antwoord. Ben je de code kwijt? Dan kan niemand je helpen. Ook wij niet.",
    copied: "Dat is gelukt. Let op: je andere telefoon of computer kan de code nu ook zien.",
    copyFailed: "Dat lukt hier niet. Schrijf de code op.",
    printHelp: "Print niet op je werk of op school.",
    typeHelp: "Dan weten wij zeker dat je de code hebt. Streepjes en hoofdletters zijn niet nodig.",
    other: "Dit is een andere code. Kijk nog een keer goed.",
  },
  sending: {
    ...nl.sending,
    stay: "Wacht even. Doe de pagina nog niet dicht. Gaat het mis? Vul dan later je code in. Dan zie je of je bericht er is. Niets komt twee keer aan.",
    safe: "Je bericht staat nog op deze pagina. Niets komt twee keer aan.",
  },
  done: {
    ...nl.done,
    backHelp:
      "Wij kunnen jou niet bellen of mailen. Wij weten niet wie je bent. Alleen hier lees je ons antwoord, met je code.",
    calendarHelp: "In je agenda staat alleen “Even kijken”. Het bestand staat bij je downloads.",
    close: "Ben je klaar? Doe de pagina dicht. Je bericht blijft bij ons.",
  },
};
