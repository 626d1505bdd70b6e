/** Words of the doors, the guide and a report. */

export const report = {
  name: "Nederlands",
  leave: {
    button: "Weg van deze pagina",
    help: "Snel weg? Druk drie keer op Shift, of op deze knop. Je ziet dan een andere pagina. De geschiedenis van je browser wordt hiermee niet gewist.",
  },
  language: "Taal",
  back: "Terug",
  next: "Verder",
  close: "Pagina sluiten",
  start: "Naar het begin",
  again: "Opnieuw proberen",
  cancel: "Stoppen",
  change: "Wijzigen",
  optional: "Je mag dit overslaan.",
  required: "Dit hebben wij nodig om je te kunnen helpen.",
  opening: "De pagina wordt geopend…",
  busy: "Een ogenblik…",
  percent: (done: number) => `${done} procent klaar`,
  help: {
    title: "Meteen hulp nodig?",
    text: "Wij lezen dit op werkdagen. Wij weten niet wie je bent en kunnen geen hulp sturen.",
    danger: "Gevaar? Bel 112.",
    office: "Liever bellen of praten?",
    outside: "Gaat het over dit meldpunt of over het bestuur? Of ben je niet tevreden?",
    always: "dag en nacht",
  },
  doors: {
    title: "Waarmee kunnen wij je helpen?",
    guide: "Ik wil weten waar ik terechtkan",
    guideHelp: "Een paar vragen. Daarna zie je wie je kan helpen. Niemand ziet wat je kiest.",
    report: "Ik wil iets melden of vragen",
    reportHelp: "Anoniem. Twijfel is genoeg. Je hoeft maar één vraag te beantwoorden.",
    code: "Ik heb een code",
    codeHelp: "Kijk of er een antwoord is, of schrijf iets terug.",
    safe: "Voor je begint",
    device:
      "Gebruik liever je eigen telefoon of computer, en niet het netwerk van je werk of school.",
    history:
      "Je browser onthoudt misschien dat je hier was. Wat je schrijft bewaart deze pagina nergens.",
    server:
      "Wie deze pagina aanbiedt, kan haar veranderen. Wil je dat uitsluiten? Vraag het meldpunt om de pagina als bestand.",
    backButton:
      "Gebruik de knoppen op de pagina. Met de terugknop van je browser sluit je alles, en wordt gewist wat je schreef.",
  },
  guide: {
    title: "Waar kan ik terecht?",
    report: "Hier iets melden of vragen",
    otherLine: "Dit is een ander meldpunt. Neem dit adres over:",
    publications: "Om te lezen",
    version: "versie",
    call: "Bel",
  },
  kind: {
    title: "Waarvoor kom je?",
    missing: "Kies waarvoor je komt.",
  },
  before: {
    title: "Wie leest wat je schrijft?",
    privacy: "Wat er met je bericht gebeurt",
    sealed:
      "Je bericht wordt op dit apparaat versleuteld. Alleen wie het mag lezen, kan het openen.",
    anonymous: "Wij vragen niet naar je naam. Schrijf je naam alleen op als je dat zelf wilt.",
    later: "Straks kun je aankruisen wie jouw bericht niet mag lezen.",
    start: "Ik begin",
  },
  question: {
    page: (at: number, of: number) => `Vraag ${at} van ongeveer ${of}`,
    missing: "Vul hier iets in. Eén zin is genoeg.",
    wrong: "Kijk hier nog even naar",
    clear: "Mijn keuze wissen",
    rest: "Sla de andere vragen over",
    advice: "Goed om te weten",
    several: "Je mag er meer kiezen.",
    notBefore: "Voor die dag doen wij niets waardoor iemand kan merken dat jij dit schreef.",
    leaveOut: "Hierna kun je aanvinken wie dit niet mag lezen.",
  },
  readers: {
    title: "Wie mag dit lezen?",
    lot: (count: number) =>
      count === 1
        ? "Eén van deze mensen leest je bericht. Het lot kiest wie."
        : `${count} van deze mensen lezen je bericht. Het lot kiest wie.`,
    all: "Deze mensen lezen je bericht.",
    leaveOut: "Wie mag dit níet lezen?",
    leaveOutHelp:
      "Gaat het over iemand in deze lijst? Of ken je iemand goed? Vink die aan. Dat geldt ook voor later. Wie wel leest, ziet wie jij hebt aangevinkt.",
    how: "Wie leest het wel?",
    byLot: "Laat het lot kiezen",
    choose: "Ik kies zelf",
    chooseHelp: "Vink aan wie dit wel mag lezen.",
    none: "Er blijft niemand over die dit mag lezen. Laat iemand meelezen, of ga naar iemand buiten dit meldpunt:",
    external: "van buiten de organisatie",
    speaks: "spreekt",
    functions: {
      adviser: "steunt je en denkt mee; onderzoekt nooit en oordeelt nooit",
      contact: "eerste aanspreekpunt",
      investigator: "onderzoekt wat er is gebeurd",
      decider: "beslist wat er gebeurt",
      aftercare: "nazorg",
    },
  },
  files: {
    title: "Wil je er bestanden bij doen?",
    help: "Een foto, een mail, een document. Het hoeft niet.",
    add: "Bestanden kiezen",
    cleaned: "Gegevens over wie het maakte en waar zijn verwijderd.",
    notCleaned: "Dit bestand kunnen wij niet schoonmaken. Er kan in staan wie het maakte, en waar.",
    keep: "Toch meesturen",
    remove: "Weghalen",
    working: "Bestanden worden nagekeken…",
    refused: "Dit bestand is beschadigd of niet te lezen, en gaat niet mee. Haal het weg.",
    picture: "foto",
    empty:
      "Dit bestand is leeg en gaat niet mee. Haal het weg. Klopt dat niet? Kies het dan opnieuw.",
    large: "Dit bestand is te groot om schoon te maken, en gaat niet mee. Haal het weg.",
    name: "De naam van het bestand gaat mee. Er kan een naam van iemand in staan.",
    pick: "Kies bij elk bestand: toch meesturen, of weghalen.",
  },
  story: {
    title: "Mag dit verhaal worden doorverteld?",
    text: "Alleen als jij dat goedvindt, en zonder namen. Je kunt het later terugnemen.",
    no: "Nee, niet doorvertellen",
    yes: "Ja, het mag worden doorverteld",
  },
  check: {
    title: "Kijk alles nog eens na",
    nothing: "geen antwoord",
    readers: "Dit lezen",
    leftOut: "Dit lezen niet",
    files: "Bestanden",
    recognise:
      "Staat er iets in waaraan iemand je kan herkennen? Laat het weg als je dat niet wilt.",
    make: "Maak mijn geheime code",
    making: "Je geheime code wordt gemaakt en je bericht wordt versleuteld.",
    makingHelp: "Er is nog niets verstuurd.",
  },
  code: {
    title: "Dit is je geheime code",
    text: "Met deze code lees je het antwoord. Zonder de code kan niemand dat, ook wij niet. Wij kunnen hem niet opnieuw geven.",
    write: "Schrijf hem op papier. Dat is het veiligst.",
    copy: "Kopiëren",
    copied:
      "Gekopieerd. Sommige telefoons en computers sturen wat je kopieert naar je andere apparaten.",
    copyFailed:
      "Kopiëren lukt hier niet. Kies de code hierboven en kopieer hem zelf, of schrijf hem op.",
    print: "Afdrukken",
    printHelp: "Een printer van je werk of school kan onthouden wat je afdrukt.",
    written: "Ik heb de code bewaard",
    notSent: "Je bericht is nog niet verstuurd.",
    typeTitle: "Typ je geheime code over",
    typeHelp:
      "Zo weten we zeker dat je hem hebt. Streepjes, spaties en hoofdletters maken niet uit.",
    label: "Geheime code",
    other: "Dit is niet dezelfde code. Kijk elke groep van vier nog eens na.",
    show: "Laat de code nog eens zien",
    send: "Verstuur mijn bericht",
  },
  sending: {
    title: "Je bericht wordt verstuurd",
    stay: "Sluit de pagina nog niet. Gaat het toch mis, vul dan later je code in: dan zie je of je bericht is aangekomen. Niets komt dubbel aan.",
    failed: "Nog niet gelukt",
    safe: "Je bericht staat nog op deze pagina. Er wordt niets dubbel verstuurd.",
    wait: (minutes: number) =>
      `Probeer het over ${minutes} ${minutes === 1 ? "minuut" : "minuten"} opnieuw. Houd deze pagina open.`,
    files: "De bestanden worden verstuurd",
    filesText: (count: number) =>
      count === 1
        ? "Bij mijn bericht hoort dit bestand."
        : `Bij mijn bericht horen deze ${count} bestanden.`,
    file: (at: number, of: number) => `Bestand ${at} van ${of}`,
    filesFailed: "Je bericht is aangekomen. De bestanden nog niet.",
    without: "Verder zonder de bestanden",
    withoutThis: "Verder zonder dit bestand",
  },
  done: {
    title: "Je bericht is aangekomen",
    text: "Dank je wel dat je dit vertelt.",
    what: "Wat er nu gebeurt",
    lookOn: (day: string) => `Kijk uiterlijk op ${day}.`,
    back: "Kom terug met je code",
    backHelp:
      "Wij kunnen je niet bereiken, want wij weten niet wie je bent. Alleen hier, met je code, zie je ons antwoord.",
    calendar: "Zet een dag in mijn agenda",
    calendarHelp:
      "In je agenda staat dan alleen: “Even kijken”. Het bestand staat daarna bij je downloads.",
    calendarTitle: "Even kijken",
    readers: "Dit lezen je bericht",
    close: "Klaar? Sluit de pagina. Je bericht blijft bij ons.",
  },
};
