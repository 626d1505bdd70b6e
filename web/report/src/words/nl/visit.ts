/** Words of coming back, and of everything that can go wrong. */

export const visit = {
  enter: {
    title: "Is er iets voor mij?",
    help: "Vul je geheime code in. Je mag hem ook plakken. Streepjes, spaties en hoofdletters maken niet uit.",
    open: "Open mijn bericht",
    look: "Alleen kijken of er nieuws is",
    lookHelp: "Kijk je alleen of er nieuws is? Dan ziet de server niet om welk bericht het gaat.",
    lookTitle: "Is er nieuws?",
    news: (days: string) => `Ja. Er kwam iets voor je aan op ${days}.`,
    noNews: (first: string, last: string) =>
      `Nee. Tussen ${first} en ${last} kwam er niets voor je aan. Wat vandaag aankomt, zie je pas als je je bericht opent.`,
    noNewsKnown:
      "Wij vonden niets nieuws, maar konden niet elke dag bekijken. Open je bericht om zeker te zijn.",
    noLook: "Rustig kijken kan nu niet. Je kunt je bericht wel openen.",
    working: "Je code wordt nagekeken. Dat gebeurt op dit apparaat.",
    lost: "Code kwijt? Dan kan niemand je bericht nog voor je openen. Maak een nieuw bericht en schrijf erbij dat je eerder schreef.",
    questions: "Weet je het niet zeker?",
    sure: "Weet je niet of je bericht is aangekomen? Vul de code in: dan zie je het.",
    short: "Een code heeft 20 tekens. Er ontbreken er, of het zijn er te veel.",
    symbol: "Er staat een teken in dat nooit in een code staat.",
    check: "Er zit een fout in. Kijk elke groep van vier nog eens na.",
    empty: "Vul eerst je code in.",
    notFound:
      "Bij deze code is hier geen bericht. Misschien is de code van een ander meldpunt, of is het bericht nooit aangekomen of al gewist.",
  },
  visit: {
    title: "Jouw bericht",
    steps: "Waar staat het?",
    done: (day: string) => `gedaan op ${day}`,
    due: (day: string) => `uiterlijk ${day}`,
    overdue: (day: string) =>
      `Dit had op ${day} klaar moeten zijn. Het is te laat. Dat ligt niet aan jou.`,
    late: (day: string) => `gedaan op ${day}, later dan beloofd`,
    passed: "gedaan",
    later: "nog niet",
    outside: "Hier kun je terecht buiten dit meldpunt:",
    paused: (day: string) => `De tijd staat stil tot ${day}.`,
    erasedOn: (day: string) => `Op ${day} wordt alles gewist.`,
    erasedSoon: (day: string) =>
      `Let op: op ${day} wordt alles gewist. Wil je verder, schrijf dan nu.`,
    seen: (day: string) => `Je laatste bericht is gelezen op ${day} of eerder.`,
    notSeen: "Nog niemand heeft laten zien dat je laatste bericht gelezen is.",
    refresh: "Kijk opnieuw",
    messages: "Berichten, de nieuwste eerst",
    you: "Jij",
    mine: "Dit schreef jij.",
    own: "Dit schreef jij. Je eigen woorden staan hier niet, zodat iemand die je code vindt ze niet kan lezen.",
    noWrap:
      "Dit bericht is voor jou, maar nog niet leesbaar. Probeer het later opnieuw, of vraag ernaar.",
    unreadable: "Dit bericht is niet te lezen. Vraag het opnieuw te sturen.",
    refused: "Dit bericht klopt niet. Misschien is er onderweg iets veranderd. Bel het meldpunt.",
    erasedMessage: "Dit is gewist.",
    unconfirmed: "Let op: dit telt niet. Wie het schreef, mag hier misschien niet schrijven.",
    more: "Verder staat erin",
    download: "Opslaan",
    saved:
      "Kijk bij je downloads. Staat het daar niet? Maak dan ruimte en probeer het opnieuw. Open het alleen als je het vertrouwt.",
    size: (kilobytes: number) => `${kilobytes} kB`,
    tags: {
      report: "Het eerste bericht",
      message: "Bericht",
      acknowledgement: "Eerste reactie",
      feedback: "Wat wij deden",
      closing: "Afgesloten",
      reopening: "Weer geopend",
      withdrawal: "Ingetrokken",
      pause: "Even wachten",
      admit: "Iemand laten meelezen",
      succession: "Nieuwe code",
      proposal: "Voorstel om door te geven",
      consent: "Jouw ja of nee over doorgeven",
      acceptance: "Overgenomen",
      refusal: "Niet overgenomen",
    } as Record<string, string>,
    closedText: "Dit bericht is afgesloten. Je kunt het weer openen.",
    withdrawnText:
      "Je hebt dit bericht ingetrokken. Schrijf je toch nog iets, dan telt het intrekken niet meer.",
    erased:
      "Dit bericht is ingetrokken en gewist. Er is niets meer te lezen. Je kunt een nieuw bericht maken.",
    reply: "Iets terugschrijven",
    replyLabel: "Wat wil je schrijven?",
    send: "Versturen",
    sent: "Verstuurd.",
    empty: "Schrijf eerst iets.",
    keptText: "Wat je schreef staat er nog.",
    checkIn: "Hoe gaat het nu?",
    checkInHelp: "Je hoeft er niets bij te schrijven.",
    good: "Het gaat goed",
    notGood: "Het gaat niet goed",
    retaliation: "Ik krijg last omdat ik dit vertelde",
    retaliationHelp:
      "Dan moet er snel iemand reageren. Was je bericht afgesloten, dan gaat het weer open.",
    told: {
      worseOff: {
        asked: "Schreef je dat je last krijgt omdat je dit vertelde?",
        by: (day: string) => `Je krijgt antwoord, uiterlijk op ${day}.`,
      },
      storyTakenBack: {
        asked: "Nam je een gedeeld verhaal terug?",
        by: (day: string) => `Je verhaal wordt weggehaald, uiterlijk op ${day}.`,
      },
    },
    toldHelp: "Deze pagina weet niet wat je schreef.",
    toldOn: (day: string) => `Was dat op ${day}?`,
    reopen: "Weer openen",
    reopenLabel: "Waarom wil je verder?",
    withdraw: "Intrekken",
    withdrawHelp: "Niemand gaat dan verder met je bericht.",
    withdrawDone: "Wat al is gedaan, kan niet altijd terug.",
    withdrawLater: (day: string) =>
      `Rustig aan: op ${day} wordt alles gewist. Tot die dag kun je je bedenken.`,
    withdrawNow: "Nu meteen alles wissen. Dit kan niet terug.",
    withdrawSure: "Ja, trek mijn bericht in",
    withdrawChoose: "Kies eerst hoe je wilt intrekken.",
    takeover: "Neem een eigen code",
    takeoverText:
      "Iemand van het meldpunt schreef dit voor je op en kent je code nog. Neem nu een nieuwe code die alleen jij kent.",
    takeoverDone: "Vanaf nu werkt alleen je nieuwe code.",
    departed: "Wie je bericht las, werkt hier niet meer. Kies wie het nu mag lezen.",
    leave: "Wie leest mijn antwoord?",
    leaveHelp: "Haal het vinkje weg bij wie dit en alles hierna niet mag lezen.",
    nobody: "Iemand moet je antwoord kunnen lezen.",
    can: "Wat wil je doen?",
    checkInNow: "Wij willen graag weten hoe het met je gaat.",
    newcomer:
      "Iemand vraagt of een collega mag meelezen. Schrijf iets terug: daar kies je of het mag.",
    letIn: (who: string) =>
      `${who} vraagt of deze collega mag meelezen. Vink aan als het van jou mag.`,
    withdrawalText: "Ik trek mijn bericht in.",
    takeoverSend: "Gebruik mijn nieuwe code",
    takeoverNote: "Je oude code werkt nog, tot je de nieuwe hebt overgetypt.",
    referred:
      "Iemand noemt een ander meldpunt. Er is daar nog niets van jou. Wil je daarheen? Zoek zelf het adres op en vergelijk het:",
    proposed: "Iemand stelt voor om je bericht door te geven aan een ander meldpunt. Jij beslist.",
    handover: "Doorgeven aan een ander meldpunt",
    handoverWhat:
      "Dit meldpunt krijgt dan te lezen wat jij schreef en wat je mocht lezen. Tot zij het overnemen, blijft dit meldpunt verantwoordelijk.",
    handoverReaders: "Wie werken daar?",
    handoverLeaveOut:
      "Deze mensen mogen daar lezen en kiezen. Ken je iemand goed, of gaat het over iemand? Vink die aan. Wie wel leest, ziet wie jij hebt aangevinkt. Van wie overblijft, kiest het lot. Je ziet wie, voordat je verstuurt.",
    handoverLook: "Bekijk wat je verstuurt",
    handoverCheck: "Klopt dit?",
    handoverTheirs: "Daar lezen dit:",
    handoverOurs: "Hier lezen dit:",
    handoverWritten: "Dit schrijf je erbij",
    handoverUntil: (day: string) =>
      `Zij kunnen het overnemen tot en met ${day}. Daarna kan het niet meer.`,
    handoverLetter: "Wat wil je erbij schrijven?",
    handoverText: "Jullie mogen mijn bericht overnemen.",
    handoverYes: "Ja, geef mijn bericht door",
    handoverNo: "Nee, niet doorgeven",
    handoverStates: {
      asked: "Gevraagd. Er is nog geen antwoord.",
      accepted: "Overgenomen.",
      refused: "Niet overgenomen.",
      "not-answered": "Er kwam geen antwoord.",
      "taken-back": "Je hebt dit teruggenomen.",
    },
    story: "Een gedeeld verhaal terugnemen",
    storyText: "Vertel mijn verhaal niet meer door.",
    storySure: "Ja, niet meer doorvertellen",
    storyHelp: "Dan wordt het niet meer doorverteld. Wat al is verteld, kan niet altijd terug.",
    proof: "Een bewijs bewaren",
    proofText:
      "In dit bestand staat wat anderen je schreven, en op welke dag alles aankwam. Je kunt het later laten zien, ook als dit meldpunt niet meer bestaat.",
    proofRisk:
      "Wie dit bestand vindt, kan het lezen. Bewaar het alleen waar niemand anders bij kan. Het komt bij je downloads.",
    proofKeep: "Bewaar het bestand",
    proofSaved:
      "Kijk bij je downloads: het bestand heet “bestand.json”. Staat het daar niet? Maak dan ruimte en probeer het opnieuw.",
  },
  alarms: {
    title: "Hier klopt iets niet",
    hiding:
      "De server houdt misschien een bericht van jou achter. Daarom kun je nu niets sturen. Bel het meldpunt.",
    stranger: (who: string) => `${who} schreef hier, maar mag dat misschien niet.`,
    readers: (who: string) => `${who} liet iemand meelezen die dat misschien niet mag.`,
    other: (who: string) =>
      `Er klopt iets niet aan een bericht van ${who}. Vraag ernaar bij het meldpunt.`,
    someone: "iemand die wij niet kennen",
    call: "Twijfel je? Bel dan, en gebruik een nummer dat je zelf opzocht.",
  },
  notices: {
    "line-moved": "Dit meldpunt is verhuisd naar een andere server. Je hoeft niets te doen.",
    "document-expired":
      "De gegevens van dit meldpunt zijn niet bijgewerkt. Je bericht komt nog wel aan.",
    "document-past-grace":
      "De gegevens van dit meldpunt zijn te oud. Er kan nu niets worden verstuurd. Bel het meldpunt.",
    "key-missing": "Eén van de lezers kan dit nu nog niet openen. Dat kan later wel.",
    "newcomer-not-named": "Een collega mag van jou niet meelezen.",
    "takes-back": "Hiermee neem je terug dat een ander meldpunt je bericht mag overnemen.",
    "reader-departed": "Iemand die je bericht las, werkt hier niet meer.",
    "erased-soon": "Je bericht wordt binnenkort gewist.",
    "bulletin-withheld":
      "Er kwam een bericht voor je, maar bij het rustig kijken was dat niet te zien.",
    "not-seen":
      "Anderen schreven hier, maar zagen jouw laatste bericht niet. Vraag of het is aangekomen.",
    "second-look": "De server gaf eerst een verkeerd antwoord, en daarna een goed.",
    "host-proof":
      "De server gaf geen goed bewijs dat je bericht is aangekomen. Kijk over een dag met je code of het er is.",
    host: "De server zegt iets anders dan de berichten laten zien. Wij gaan uit van de berichten.",
  } as Record<string, string>,
  failures: {
    title: "Dit ging niet goed",
    nothingSent: "Er is niets verstuurd.",
    unreachable: "De server antwoordt niet. Kijk of je internet hebt en probeer het opnieuw.",
    slow: "Het duurt te lang. Probeer het later opnieuw.",
    server: "Er is een storing bij de server. Probeer het later opnieuw.",
    full: "De server is vol. Probeer het later opnieuw, of bel het meldpunt.",
    limited: "Er komen nu te veel berichten tegelijk. Bewaar je code en wacht even.",
    notFound: "Bij deze code is hier geen bericht.",
    notAllowed: "Dat kan nu niet bij dit bericht.",
    untrue:
      "Dit meldpunt klopt niet: de gegevens zijn niet van wie ze moeten zijn. Schrijf hier niets. Bel het meldpunt, met een nummer dat je zelf opzocht.",
    untrueAnswer:
      "Het antwoord van de server klopt niet. Er is niets van gebruikt. Probeer het later, of bel het meldpunt.",
    expired:
      "De gegevens van dit meldpunt zijn te oud. Er kan niets worden verstuurd. Bel het meldpunt.",
    noReader: "Niemand van dit meldpunt kan je bericht nu lezen.",
    reader: "Een van de gekozen mensen mag dit niet lezen.",
    fileTooLarge: "Dit bestand is te groot voor dit meldpunt.",
    fileGone:
      "Dit bestand is niet meer te lezen. Misschien is het verplaatst of veranderd. Laat het weg; je kunt het later opnieuw kiezen en meesturen.",
    noRoom:
      "Je browser kan dit niet bewaren. Misschien is er geen ruimte meer. Maak ruimte en probeer het opnieuw.",
    fileLost: "Het meldpunt heeft dit bestand niet meer.",
    tooLong: "Je tekst is te lang. Maak er twee berichten van.",
    empty: "Schrijf eerst iets.",
    cannot: "Dit kan zo niet worden verstuurd.",
    clock:
      "Kloppen de dag en de tijd van je telefoon of computer? Zo niet, zet ze goed en probeer het opnieuw.",
    address: "Dit is geen adres van een meldpunt.",
    insecure: "Dit adres is niet veilig: anderen kunnen meelezen.",
    onion: "Dit meldpunt heeft geen adres meer binnen Tor. Bel het meldpunt.",
    moving: "Dit meldpunt verhuist. Er gaat niets verloren. Probeer het later opnieuw.",
    erased: "Dit bericht is ingetrokken en gewist. Maak een nieuw bericht.",
    takenOver: "Deze code is al eens vervangen. Dat kan niet nog eens.",
    sameLine: "Dat meldpunt heeft je bericht al.",
    otherHost: "Dat meldpunt kan je bericht niet overnemen. Maak daar zelf een nieuw bericht.",
    lineUnread: "Niemand van dat meldpunt kan dit nu lezen.",
    handoverCannot: "Doorgeven kan nu niet. Vraag het aan wie je bericht leest.",
    twice:
      "Er is intussen iets gestuurd met jouw code, misschien door jou in een ander venster. Kijk eerst opnieuw.",
    withheld:
      "De server houdt misschien een bericht van jou achter. Daarom wordt er nu niets verstuurd. Bel het meldpunt.",
    fault: "Er zit een fout in deze pagina. Er wordt niets verstuurd. Bel het meldpunt.",
    config: "Deze pagina weet niet bij welk meldpunt zij hoort. Bel het meldpunt.",
    askAddress: "Plak hier het adres van het meldpunt.",
    addressLabel: "Adres van het meldpunt",
    open: "Openen",
  },
};
