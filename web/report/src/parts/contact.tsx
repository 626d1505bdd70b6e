/** Somebody outside this service who can be reached. */

import type { Guide } from "@meldpunt/client";
import { useHere } from "../here.js";
import { Said } from "./text.js";

type Contact = NonNullable<Guide["numbers"]>[number];

const dialled = (telephone: string) => `tel:${telephone.replace(/[^0-9+]/g, "")}`;

export function ContactCard({ contact }: { contact: Contact }) {
  const { say } = useHere();
  const { telephone, email, address } = contact;
  return (
    <div class="contact">
      <strong>
        <Said of={contact.name} />
      </strong>
      {telephone && (
        <a class="number" href={dialled(telephone)} dir="ltr">
          {say.guide.call} {telephone}
        </a>
      )}
      {email && (
        <a href={`mailto:${email}`} dir="ltr">
          {email}
        </a>
      )}
      {address && (
        <a href={address} rel="noreferrer noopener" target="_blank" dir="ltr">
          {address.replace("https://", "")}
        </a>
      )}
      {contact.always ? (
        <span>{say.help.always}</span>
      ) : (
        contact.hours && <Said of={contact.hours} />
      )}
      {contact.note && <Said of={contact.note} />}
    </div>
  );
}

/** Several of them. */
export function Contacts({ contacts }: { contacts: readonly Contact[] }) {
  return (
    <ul class="contacts">
      {contacts.map((contact) => (
        <li key={contact.name[0]?.text}>
          <ContactCard contact={contact} />
        </li>
      ))}
    </ul>
  );
}
