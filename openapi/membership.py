"""Who may read, and what counts: sections 9.1 and 9.3 to 9.7 as a program.

It is written to be read beside the text, and settles what the text leaves open: slow, and without
any import. A test runs it against the vectors. `H` is a set of verified headers by message id: the
whole log, or what precedes a message. Ids of messages are hexadecimal and days are ISO text, so
that both compare as they should; participants and lines are as headers write them.

`lines` says of each line that takes part, by its newest document, whose ids it lists (`all`), who
has no `until` (`staying`), and who is active today (`active`).
"""

REPORTER = "reporter"


# --- 9.1: ancestors and order ---------------------------------------------------------------------


def ancestors(H, ids):
    """The messages of `ids`, and everything that they have seen."""
    found, waiting = set(), list(ids)
    while waiting:
        message = waiting.pop()
        if message not in found:
            found.add(message)
            waiting += H[message]["seen"] if message in H else []
    return found


def before(H, message):
    """What precedes a message: what its author says to have seen."""
    known = ancestors(H, H[message]["seen"])
    return {m: H[m] for m in H if m in known}


def order(H):
    """Those that name none that still waits, by day, author, n, id; then again among the rest."""
    left, found = dict(H), []
    while True:
        ready = [m for m in left if not any(seen in left for seen in left[m]["seen"])]
        if not ready:
            return found
        found += sorted(ready, key=lambda m: (H[m].get("day", ""), H[m]["author"], H[m]["n"], m))
        left = {m: h for m, h in left.items() if m not in ready}


def newest(H, author):
    """The messages of an author that are no ancestor of another of theirs."""
    own = [m for m in H if H[m]["author"] == author]
    covered = ancestors(H, [seen for m in own for seen in H[m]["seen"]])
    return [m for m in own if m not in covered]


def handlers(header):
    return {reader for reader in header["readers"] if reader != REPORTER}


# --- 9.7: handover --------------------------------------------------------------------------------


def consents(H):
    """The consents that ask another line, in order. The others are void."""
    own = [m for m in order(H) if H[m]["author"] == REPORTER and "handover" in H[m]]
    return [m for m in own if not is_idle(before(H, m), H[m])]


def is_idle(known, header):
    """Whether a consent asks the line that answers already, or is one in a consultation."""
    is_consultation = any(h.get("origin") == "consultation" for h in known.values())
    asked = header["handover"]["lineId"]
    return is_consultation or asked == answering_line(known, header["lineId"])


def answers(H):
    """The answers in place, in order, each with its consent: judged by what precedes them."""
    return {m: H[m]["consent"] for m in order(H) if "consent" in H[m] and is_in_place(H, m)}


def is_in_place(H, answer):
    header, known = H[answer], before(H, answer)
    if waiting_consent(known) != header["consent"]:
        return False
    asked = H[header["consent"]]["handover"]
    return header["author"] in asked["readers"] and header["day"] <= asked["until"]


def takes_back(H, message, consent):
    """Whether a message of the reporter takes a consent back."""
    header, asked = H[message], set(H[consent]["handover"]["readers"])
    if header["author"] != REPORTER or message in ancestors(H, [consent]):
        return False
    return header["tag"] == "withdrawal" or "handover" in header or not asked & handlers(header)


def holds(H, answer, consent):
    """Whether an answer in place is an acceptance that the reporter's word does not undo."""
    against = [m for m in H if takes_back(H, m, consent)]
    return H[answer]["tag"] == "acceptance" and all(answer in before(H, m) for m in against)


def accepted(H):
    """The consents that were taken up, in order. The last one is in force."""
    return list(dict.fromkeys(c for a, c in answers(H).items() if holds(H, a, c)))


def acceptances(H, consent):
    return [a for a, c in answers(H).items() if c == consent and holds(H, a, c)]


def waiting_consent(H):
    """The consent that is neither taken back nor answered, or None."""
    answered = answers(H).values() if any("consent" in h for h in H.values()) else []
    for consent in consents(H):
        if consent not in answered and not any(takes_back(H, m, consent) for m in H):
            return consent
    return None


def answering_line(H, birth_line):
    found = accepted(H)
    return H[found[-1]]["handover"]["lineId"] if found else birth_line


def asked_readers(H):
    waiting = waiting_consent(H)
    return set() if waiting is None else set(H[waiting]["handover"]["readers"])


def reading_no_more(H):
    """Whom a handover ended for."""
    taken, waiting = accepted(H), waiting_consent(H)
    last = taken[-1:]
    staying = asked_readers(H).union(*(H[c]["handover"]["readers"] for c in last))
    ended = set()
    for consent in consents(H):
        precedes = any(consent in before(H, c) for c in last)
        if consent != waiting and consent not in taken and not precedes:
            ended |= set(H[consent]["handover"]["readers"])
    if last:
        in_force = set(acceptances(H, last[0]))
        knowing = {m for m in H if in_force & before(H, m).keys()}
        named = set().union(*(handlers(H[m]) for m in H if m not in knowing))
        again = (handlers(H[m]) for m in knowing if H[m]["author"] == REPORTER)
        ended |= named.difference(*again)
    return ended - staying


def void_by_handover(H):
    """Consents and answers without effect, and what handlers who are only asked may not send."""
    found = {m for m in H if "consent" in H[m] and m not in answers(H)}
    undone = {a for a, c in answers(H).items() if not holds(H, a, c)}
    found |= {a for a in undone if H[a]["tag"] == "acceptance"}
    found |= {m for m in H if "handover" in H[m] and m not in consents(H)}
    for m in H:
        may_send = H[m]["tag"] in ("message", "acceptance", "refusal")
        if not may_send and H[m]["author"] in asked_readers(before(H, m)):
            found.add(m)
    return found


def overtaken(H):
    """Messages of handlers who did not know which line answers."""
    last = accepted(H)[-1:]
    known = ancestors(H, acceptances(H, last[0])[:1]) if last else set()
    late = [m for m in H if m not in known and H[m]["author"] != REPORTER]
    return {m for m in late if accepted(before(H, m))[-1:] != last}


# --- 9.4 and 9.5: who reads on, and who is let in -------------------------------------------------


def chosen(H):
    """The readers of the reporter's own newest message; on a fork, of every branch."""
    sets = [handlers(H[m]) for m in newest(H, REPORTER)]
    return (set.intersection(*sets) if sets else set()) - reading_no_more(H)


def settled(H, admissions):
    """Whom the reporter has named, or could have named: they are not new."""
    named = set().union(*(handlers(h) for h in H.values() if h["author"] == REPORTER))
    decided = ancestors(H, newest(H, REPORTER))
    return named | {newcomer for m, newcomer in admissions.items() if m in decided}


def waiting_newcomers(H, admissions):
    """Who waits for the reporter's word, admitted by somebody who reads on or waits too."""
    found = set()
    for message, newcomer in admissions.items():
        is_new = newcomer not in settled(H, admissions) | reading_no_more(H)
        if is_new and H[message]["author"] in chosen(H) | found:
            found.add(newcomer)
    return found


def counting_admissions(H, doubted, confirmed):
    """The admissions that count, in order, each with its newcomer."""
    found = {}
    for message in order(H):
        header, known = H[message], before(H, message)
        if "admits" not in header or message in void_by_handover(H):
            continue
        if header["author"] in doubted and message not in confirmed:
            continue
        own = [n for m, n in found.items() if H[m]["author"] == header["author"]]
        if header["admits"] in own:
            continue
        earlier = {m: newcomer for m, newcomer in found.items() if m in known}
        reads_on = chosen(known) | waiting_newcomers(known, earlier)
        if header["author"] in reads_on and header["admits"] not in settled(known, earlier):
            found[message] = header["admits"]
    return found


def uninvited_by(H, message, admissions, birth_line, lines):
    """Whom a message of the reporter names against the own-newest-readers rule."""
    known = before(H, message)
    if not newest(known, REPORTER):
        return set()  # the first one: the reporter chooses
    earlier = {m: newcomer for m, newcomer in admissions.items() if m in known}
    allowed = chosen(known) | waiting_newcomers(known, earlier)
    if message in consents(H):
        allowed |= set(H[message]["handover"]["readers"])
    own = lines[answering_line(known, birth_line)]
    if len(newest(known, REPORTER)) == 1 and not own["staying"] & chosen(known):
        allowed |= own["all"]  # nobody chosen before is left: the reporter chooses anew
    return handlers(H[message]) - allowed


def uninvited(H, claimed, admissions, birth_line, lines):
    """All of these, and who waits and was admitted by nobody else."""
    own = [m for m in H if H[m]["author"] == REPORTER]
    found = set().union(*(uninvited_by(H, m, claimed, birth_line, lines) for m in own))
    while True:
        others = {n for m, n in admissions.items() if H[m]["author"] not in found}
        more = found | (waiting_newcomers(H, admissions) - others) if found else found
        if more == found:
            return found
        found = more


def knew_better(H, message, admissions):
    """Whether a handler wrote whom, by what precedes the message, the reporter had dropped."""
    known, author = before(H, message), H[message]["author"]
    if not newest(known, REPORTER):
        return False
    if author in chosen(known):
        waiting = waiting_consent(known)
        is_asked = author in asked_readers(known)
        return is_asked and known[waiting]["handover"]["until"] < H[message]["day"]
    earlier = {m: newcomer for m, newcomer in admissions.items() if m in known}
    return author not in waiting_newcomers(known, earlier)


def opened(H, admissions):
    """What consents (9.7) and admissions open of that which went before, by handler."""
    found, waiting = {}, waiting_consent(H)
    for consent in accepted(H) + ([] if waiting is None else [waiting]):
        asked, known = H[consent]["handover"], before(H, consent)
        theirs = {m for m in known if REPORTER in (H[m]["author"], *H[m]["readers"])}
        for reader in asked["readers"]:
            found[reader] = found.get(reader, set()) | theirs & set(asked["messages"])
    for message, newcomer in admissions.items():
        author, known = H[message]["author"], before(H, message)
        its = {m for m in known if author in H[m]["readers"] or m in found.get(author, ())}
        found[newcomer] = found.get(newcomer, set()) | its | {message}
    return found


# --- 9.3: handlers who left -----------------------------------------------------------------------


def confirm(H, departed, doubted):
    """What those who read on have seen, and the admissions that count by it."""
    trusted = {REPORTER} | (chosen(H) - asked_readers(H) - departed)
    while True:
        own = [m for m in H if H[m]["author"] in trusted]
        confirmed = ancestors(H, [seen for m in own for seen in H[m]["seen"]])
        admissions = counting_admissions(H, doubted, confirmed)
        more = waiting_newcomers(H, admissions) - departed
        if more <= trusted:
            return confirmed, admissions
        trusted |= more


def without_effect(H, admissions, unconfirmed):
    """Messages that change neither state nor clocks."""
    named = set().union(*(handlers(h) for h in H.values() if h["author"] == REPORTER))
    let_in = {REPORTER} | named | set(admissions.values())
    found = {m for m in H if H[m]["author"] not in let_in}
    found |= {m for m in H if H[m]["author"] != REPORTER and knew_better(H, m, admissions)}
    found |= unconfirmed | void_by_handover(H) | overtaken(H)
    heard = {REPORTER} | (chosen(H) - asked_readers(H)) | waiting_newcomers(H, admissions)
    counting = [m for m in H if H[m]["author"] in heard and m not in found]
    confirmed = ancestors(H, [seen for m in counting for seen in H[m]["seen"]])
    found |= {m for m in H if H[m]["author"] not in heard and m not in confirmed}
    holding = {a for c in accepted(H) for a in acceptances(H, c)}
    return found - (holding - overtaken(H))


def membership(H, birth_line, lines, today):
    """What the sections say of a log."""
    departed = set().union(*(line["all"] - line["staying"] for line in lines.values()))
    confirmed, admissions = confirm(H, departed, departed)
    if chosen(H) - asked_readers(H) | waiting_newcomers(H, admissions) <= departed:
        confirmed, admissions = confirm(H, departed, set())  # nobody is left who could confirm
    counting = set(admissions) | {a for c in accepted(H) for a in acceptances(H, c)}
    unconfirmed = {m for m in H if H[m]["author"] in departed and m not in confirmed} - counting
    for message in order(H) if unconfirmed else []:
        if message not in counting and unconfirmed & set(H[message]["seen"]):
            unconfirmed.add(message)
    claimed = confirm(H, departed, set())[1] if departed else admissions
    barred = uninvited(H, claimed, admissions, birth_line, lines)
    line, waiting = answering_line(H, birth_line), waiting_consent(H)
    is_open = waiting is not None and today <= H[waiting]["handover"]["until"]
    everybody = set().union(*(each["active"] for each in lines.values()))
    answering = lines[line]["active"] | (asked_readers(H) & everybody if is_open else set())
    return {
        "readers": (chosen(H) & answering) - barred,
        "newcomers": (waiting_newcomers(H, admissions) & lines[line]["active"]) - barred,
        "unconfirmed": unconfirmed,
        "waiting": waiting,
        "line": line,
        "void": without_effect(H, admissions, unconfirmed),
        "opened": {h: m for h, m in opened(H, admissions).items() if h not in barred},
    }
