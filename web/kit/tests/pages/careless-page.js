// A page that does what pages do, and a report line must not: each line with a number is one leak that the kit names.

import { CARELESS } from "../adapters/careless-client.js";

const at = (id) => document.getElementById(id);
const { address } = await (await fetch("line.json")).json();
// biome-ignore lint/suspicious/noDocumentCookie: a careless page does that
document.cookie = "visitor=4711"; // 1

at("text").addEventListener("input", () => {
  localStorage.setItem("draft", at("text").value); // 2
});

at("prepare").addEventListener("click", async () => {
  const text = at("text").value;
  navigator.sendBeacon("/log", btoa(unescape(encodeURIComponent(text)))); // 3: to the page's own server
  const { receipt } = await CARELESS.submit({ address, text }); // 4: before the person has the code
  at("receipt").value = receipt;
  at("write").hidden = true;
  at("done").hidden = false;
  history.replaceState(null, "", `#${receipt}`); // 5
  await fetch(`http://statistics.example/hit?code=${receipt}`).catch(() => {}); // 6
  const { origin } = new URL(address);
  await fetch(`${origin}/v1/report`).catch(() => {}); // 7: without a signature
});
at("finish").addEventListener("click", () => {
  document.title = `Sent: ${at("text").value}`; // 8
  at("sent").textContent = "Sent.";
});

at("visit").addEventListener("click", async () => {
  const receipt = at("code").value;
  const { messages } = await CARELESS.visit({ address, receipt });
  at("messages").textContent = messages.map(({ text }) => text).join("\n");
  at("write").hidden = true;
  at("thread").hidden = false;
  at("answer").addEventListener("click", async () => {
    await CARELESS.reply({ address, receipt, text: at("reply").value, spoils: true }); // 9
    at("sent").textContent = "Sent.";
  });
});
