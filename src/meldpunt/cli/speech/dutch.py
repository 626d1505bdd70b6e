"""What reporters read in Dutch of states, alarms, notices and refusals, keyed as in English.

It addresses nobody as "je" or "u": a line chooses between them.
"""

from typing import Final

from meldpunt.client import NoticeKind, Readability
from meldpunt.protocol.verify.errors import Reason
from meldpunt.protocol.verify.log.clocks import State
from meldpunt.protocol.verify.log.header import Tag

STATES: Final = {
    State.RECEIVED: "ontvangen, nog geen eerste reactie",
    State.ACKNOWLEDGED: "er is een eerste reactie",
    State.FEEDBACK_GIVEN: "verteld is wat er gedaan is",
    State.CLOSED: "afgesloten",
    State.WITHDRAWN: "ingetrokken",
    State.HANDED_OVER: "niet bij dit meldpunt: een ander antwoordt nu, of dit meldpunt nam de"
    " melding niet over",
}
TAGS: Final = {
    Tag.REPORT: "melding",
    Tag.MESSAGE: "bericht",
    Tag.ACKNOWLEDGEMENT: "eerste reactie",
    Tag.FEEDBACK: "wat er gedaan is",
    Tag.PAUSE: "even wachten",
    Tag.CLOSING: "afsluiting",
    Tag.REOPENING: "heropening",
    Tag.WITHDRAWAL: "intrekking",
    Tag.ADMIT: "een collega laten meelezen",
    Tag.SUCCESSION: "overname met een nieuwe code",
    Tag.PROPOSAL: "voorstel om door te geven",
    Tag.CONSENT: "toestemming om door te geven",
    Tag.ACCEPTANCE: "overgenomen",
    Tag.REFUSAL: "niet overgenomen",
}
ACCESS: Final = {
    Readability.OPENED: "(Hier staat geen tekst in.)",
    Readability.OWN: "(Zelf geschreven. Alleen de lezers kunnen dit openen; de code kan het niet.)",
    Readability.NOT_FOR_YOU: "(Voor anderen.)",
    Readability.NO_WRAP: "(Nog niet te openen: wie dit leest, geeft het later door. Kijk over een"
    " paar dagen weer.)",
    Readability.UNREADABLE: "(Dit is niet te lezen. Het programma van de schrijver maakte het"
    " verkeerd; niemand heeft het onderweg veranderd. Schrijf dat terug, met de reden: {reason})",
    Readability.REFUSED: "(Dit is niet te openen: wat de host geeft, klopt niet.)",
    Readability.ERASED: "(Gewist.)",
}
BAD_WRAP: Final = (
    "(De sleutel die hierbij hoort, opent het niet. Het programma van de schrijver maakte hem"
    " verkeerd, of de host of een collega heeft hem veranderd. Schrijf dat terug, met de reden:"
    " {reason})"
)
_REFUSED: Final = "Een regel van het protocol weigert dit, dus er is niets van gebruikt."
_CALL: Final = "Ga niet verder; bel het meldpunt, met een nummer uit een andere bron."
_HIDDEN: Final = (
    " Daar kan in staan wie niet verder mag lezen. Daarom is er niets verstuurd. Probeer het"
    " later; blijft het zo, bel dan het meldpunt."
)
_CODE: Final = "Kijk elke groep na."
REASONS: Final = dict.fromkeys(Reason, _REFUSED) | {
    Reason.RECEIPT_LENGTH: f"Een geheime code heeft 20 tekens, in vijf groepen van vier. {_CODE}",
    Reason.RECEIPT_SYMBOL: f"Er staat een teken in dat nooit in een geheime code staat. {_CODE}",
    Reason.RECEIPT_CHECK: f"Er zit een typefout in deze geheime code. {_CODE}",
    Reason.LINE_ID: "Dit is geen adres van een meldpunt.",
    Reason.FIRST_KEY: "De sleutels van de host zijn niet die van dit meldpunt. Gebruik deze host"
    " er niet voor.",
    Reason.DOCUMENT_BELOW_PIN: f"De host geeft oudere gegevens van het meldpunt dan bekend zijn."
    f" {_CALL}",
    Reason.DOCUMENT_FORK: "De host geeft andere gegevens van het meldpunt dan eerder onder dit"
    f" nummer. {_CALL}",
    Reason.DOCUMENT_PREVIOUS: "De geschiedenis van het meldpunt sluit niet aan. Vraag ernaar bij"
    " het meldpunt.",
    Reason.DOCUMENT_EXPIRED: "De gegevens van dit meldpunt zijn te oud, dus er wordt niets"
    " verstuurd. Hoe het meldpunt anders te bereiken is: `meldpunt line show`.",
    Reason.DOCUMENT_DATES: "De gegevens van het meldpunt zijn van een dag die nog komt.",
    Reason.NO_READER: "Niemand van de lezers heeft nu een sleutel, dus niemand zou dit kunnen"
    " lezen. Kies anderen, of probeer het later.",
    Reason.READER_NOT_ALLOWED: "Iemand die gekozen is, mag deze melding niet lezen of niet meer.",
    Reason.AUTHOR_UNKNOWN: "Een bericht is geschreven door iemand die dit meldpunt niet noemt.",
    Reason.REPORT_KEYS: f"De sleutels die de host voor deze melding geeft, kloppen niet. {_CALL}",
    Reason.GAP: f"Er ontbreekt een bericht van deze melding.{_HIDDEN}",
    Reason.UNKNOWN_SEEN: f"De host toont een bericht niet dat anderen wel zagen.{_HIDDEN}",
    Reason.PAYLOAD_TEXT: "De tekst is leeg.",
    Reason.ATTACHMENT_DIGEST: "Wat de host geeft, is niet het bestand dat genoemd werd. Vraag om"
    " het opnieuw te sturen.",
    Reason.ATTACHMENT_STREAM: "Dit bestand gaat niet open: het is verkeerd gemaakt. Vraag om het"
    " opnieuw te sturen.",
    Reason.PAYLOAD: "In de tekst staat iets dat niet verstuurd kan worden.",
    Reason.TOO_LONG: "De tekst is te lang: hoogstens 65.000 bytes. Verstuur hem in delen.",
    Reason.HEADER_FIELDS: "Dat kan zo niet.",
    Reason.PAST_TERM: "Deze melding had gewist moeten zijn.",
    Reason.LEFT_OUT: "Iemand die gekozen is, mag deze melding niet lezen: dat is eerder gezegd.",
    Reason.WRAP_READER: "Een bericht van deze melding is hier niet te openen, en dat is nu nodig."
    " Probeer het later.",
    Reason.BODY_HASH: "De host geeft een bericht niet zoals het verstuurd is. Probeer het later.",
    Reason.PROOF: "Het ontvangstbewijs van de host klopt niet.",
    Reason.SUCCESSION: f"De overname met een nieuwe code klopt niet. {_CALL}",
    Reason.HANDOVER: "Het doorgeven staat anders dan toen dit geschreven werd. Lees de melding"
    " eerst opnieuw.",
    Reason.FIELDS: "Een waarde valt buiten de grenzen.",
}
ALARM: Final = "hier klopt iets niet aan: vertrouw er niet op"
ALARMS: Final = {
    Reason.GAP: "er ontbreekt een bericht",
    Reason.FORK: "twee berichten staan op dezelfde plaats: een tweede apparaat, een herhaling, of"
    " de host",
    Reason.SUCCEEDED: "geschreven met een code die vervangen is: het telt niet",
    Reason.ORAL: "zegt dat iemand dit voor een ander opschreef, en niemand van dit meldpunt tekende"
    " daarvoor",
    Reason.CONSULTATION: "zegt dat een ander meldpunt om raad vraagt, en dat klopt niet",
    Reason.UNKNOWN_SEEN: "dit noemt een bericht dat de host niet toont",
    Reason.UNCONFIRMED: "geschreven door iemand die weg is, of door iemand die zij lieten meelezen,"
    " en door niemand anders gezien: vertrouw er niet op",
    Reason.NOT_A_READER: "geschreven door iemand die deze melding nooit mocht lezen",
    Reason.READER_NOT_ALLOWED: "toont zich aan iemand die deze melding nooit mocht lezen",
    Reason.HANDOVER: "gaat over doorgeven dat zo niet is, of komt van een meldpunt dat deze melding"
    " niet overnam: het telt niet",
    Reason.LEFT_OUT: "noemt iemand die dit niet mag lezen: die krijgt niets meer te lezen."
    " Misschien heeft iemand anders de geheime code gevonden: neem een nieuwe code, of maak een"
    " nieuwe melding",
    Reason.DOCUMENT_UNKNOWN: "gemaakt onder gegevens van het meldpunt die hier nooit te zien waren:"
    " misschien zijn iemand valse ontvangers getoond",
}
NOTICES: Final = {
    NoticeKind.LINE_MOVED: "Het meldpunt is verhuisd naar een andere host, en is daar gevonden: dat"
    " staat in zijn getekende gegevens. `meldpunt line show` geeft het nieuwe adres.",
    NoticeKind.DOCUMENT_EXPIRED: "De gegevens van het meldpunt zijn niet bijgewerkt. Berichten"
    " komen nog wel aan.",
    NoticeKind.DOCUMENT_PAST_GRACE: "De gegevens van het meldpunt zijn te oud: niemand kan nu iets"
    " versturen. Zoek het meldpunt op een andere manier op.",
    NoticeKind.KEY_MISSING: "heeft nu geen sleutel, en leest dit zodra een collega het doorgeeft",
    NoticeKind.READER_DEPARTED: "werkt niet meer bij dit meldpunt en leest niets nieuws",
    NoticeKind.ASKER_UNVERIFIED: "Wie hier om raad vraagt, is niet nagegaan: het kan iedereen"
    " zijn.",
    NoticeKind.HOST_STATE: "De host noemt een andere stand dan de berichten laten zien.",
    NoticeKind.HOST_CLOCKS: "De host noemt andere termijnen dan het meldpunt beloofde.",
    NoticeKind.HOST_DAY: "De dagen van de host zijn andere dan de dagen die getekend zijn.",
    NoticeKind.HOST_DOCUMENT: "De host noemt andere gegevens van het meldpunt dan de melding doet.",
    NoticeKind.HOST_ORDER: "De host geeft berichten in een volgorde die niet kan.",
    NoticeKind.HOST_PROOF: "Het getekende ontvangstbewijs van de host klopt niet, of is van een"
    " andere dag: het bericht is verstuurd, maar het bewijs laat niets zien.",
    NoticeKind.BULLETIN_WITHHELD: "Er kwam een bericht op een dag waarover het dagblad van de host"
    " niets zegt: de host liet het weg.",
    NoticeKind.NOT_SEEN: "Anderen schreven minstens twee dagen na het laatste eigen bericht, en"
    " hadden dat niet gezien. Misschien toont de host het aan niemand. Vraag ernaar op een andere"
    " manier.",
    NoticeKind.SECOND_LOOK: "Eerst liet de host iets weg, of noemde de melding gewist. Bij nog eens"
    " vragen was het er wel. Een eerlijke host doet dat niet.",
    NoticeKind.HOST_COUNT: "De host telt andere berichten dan hij toont.",
}
"""Those of handlers alone stay in English."""
SOMEBODY: Final = "iemand"
REPORTER: Final = "de melder"
UNKNOWN: Final = "een onbekende ontvanger"
MESSAGE: Final = ", bericht {n}"
CONTACT: Final = "Contact [{language}]: {text}"
THIS_DAY: Final = (
    "Volgens dit apparaat is het vandaag {day}. Klopt dat niet, zet het dan eerst goed."
)
