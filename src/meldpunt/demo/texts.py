"""What people say in the demonstration: invented texts, in the style of real ones."""

from typing import Final

REPORT_NL: Final = """\
Ik twijfel of dit ernstig genoeg is, maar het houdt me uit mijn slaap, dus ik schrijf het toch
op.

Sinds het voorjaar werk ik op de afdeling revalidatie. Onze teamleider, die ik hier T. noem,
heeft het sinds een maand of vijf op een collega gemunt. In het werkoverleg van dinsdag wordt
zij steevast als laatste gehoord, en als ze iets zegt zucht T. hoorbaar of kijkt demonstratief
op de klok. Toen zij in september een dag vrij vroeg om haar moeder naar het ziekenhuis te
brengen, zei T. waar iedereen bij stond: "Daar hebben we haar weer met haar drama." Niemand
lachte, maar niemand zei ook iets. Ik ook niet.

Het rooster is het andere. Zij heeft sinds de zomer elf van de veertien weekenddiensten
gekregen, ik heb ze geteld. Wie ernaar vraagt krijgt te horen dat het systeem dat zo uitrekent.
Twee collega's hebben me apart verteld dat hun hetzelfde is overkomen voordat ik hier kwam; een
van hen is daarna vertrokken, de ander wil er niets meer over zeggen omdat haar contract in
januari afloopt.

Vorige week zag ik haar huilen in de linnenkamer. Ze vroeg me om er niets van te zeggen. Ik weet
dus niet of zij wil dat ik dit meld, en dat vind ik het moeilijkste. Ik wil niet dat zij er last
van krijgt. Ik wil ook niet dat T. kan raden wie dit geschreven heeft: we zijn met negen mensen,
en ik ben de enige die op dinsdag notuleert.

Wat ik hoop is dat iemand van buiten de afdeling eens naar het rooster kijkt en met het hele
team praat, zonder dat het over een melding gaat. Kan dat? En wat gebeurt er als zij zelf niets
wil?
"""

QUESTION_NL: Final = """\
Dank u wel voor uw melding. Twijfel is geen reden om te zwijgen; goed dat u schrijft.

Wij doen niets waarmee uw collega of u herkenbaar wordt zonder dat u dat weet. Eén vraag: als
wij de roosters van alle afdelingen opvragen, zodat uw team er niet uit springt, zou dat voor u
veilig voelen? En is er een periode waarover wij het beste kunnen kijken?
"""

ANSWER_NL: Final = """\
Ja, als het alle afdelingen zijn dan durf ik dat. Kijkt u dan van juni tot en met nu. Het
verschil begint in de week van 8 juni, toen het nieuwe roosterprogramma kwam.
"""

FEEDBACK_NL: Final = """\
Wij hebben de roosters van alle afdelingen over juni tot november laten nakijken. Op één
afdeling weken de weekenddiensten zo af dat de directie een gesprek met de teamleiding heeft
gevoerd en de roosters voortaan door een planner buiten de afdeling worden vastgesteld.
Daarnaast begeleidt een externe mediator vanaf december het werkoverleg van drie teams,
waaronder het uwe. Uw melding is daarbij niet genoemd. Merkt u dat iemand er toch last van
krijgt, schrijf dan hier: dat is dan geen nieuwe melding, maar deze.
"""

CLOSING_NL: Final = """\
Wij sluiten de melding nu. Met uw code kunt u haar tot de genoemde dag weer openen met één
bericht.
"""

REPORT_EN: Final = """\
I am a PhD candidate in my third year. I am writing this as a bystander, because I do not think
the person it happened to can.

At the department retreat in October our group leader, who supervises both of us, insisted that
a first-year student share the last taxi with him although there was room in the van. She told
me the next morning that he had put his hand on her knee and had said that "people who want an
extension should know how to be grateful". She has since been taken off the paper she wrote most
of. In the group meeting he said she was "not resilient enough for this line of work", and that
her contract talk in January would be "a short one".

I was not in the taxi. What I have seen myself: she came to breakfast shaking; she asked me to
sit between them on the way back; she moved her desk to the library. I have also seen the author
list change, twice, in the shared document, on the Monday after. The history of that document is
still there.

He also supervises me. My own extension is decided in February by a committee that he chairs, so
please understand that I cannot be asked about this in the building, and that an e-mail to my
work address is read by our secretary. Two postdocs know at least part of it. I would rather not
name them before they say yes.

I do not know whether this is serious enough for a formal complaint and I do not want to decide
that for her. What I would like to know is which options she has that do not begin with him
hearing her name, and whether somebody can make sure the committee in February is chaired by
another person.
"""

WITHDRAWAL_EN: Final = """\
She has found a way to tell it herself, with a confidential adviser beside her, and asked me to
leave it to her. Please erase what I wrote now.
"""
