"use strict";
const log = document.getElementById("log");
const form = document.getElementById("form");
const input = document.getElementById("text");

// Text is only ever set as text: nothing an answer or a citizen writes becomes markup.
function bubble(text, kind) {
  const element = document.createElement("div");
  element.className = `bubble ${kind}`;
  const link = /https?:\/\/[^\s)]+[^\s).,]/g;
  let from = 0;
  for (const found of text.matchAll(link)) {
    element.append(text.slice(from, found.index));
    const anchor = document.createElement("a");
    anchor.href = anchor.textContent = found[0];
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
    element.append(anchor);
    from = found.index + found[0].length;
  }
  element.append(text.slice(from));
  log.append(element);
  return element;
}

function choices(buttons) {
  const row = document.createElement("div");
  row.className = "choices";
  for (const { title, payload } of buttons) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => send(payload, title));
    row.append(button);
  }
  log.append(row);
}

async function send(text, shown = text) {
  bubble(shown, "mine");
  const waiting = bubble("Trợ lý đang tìm…", "waiting");
  waiting.scrollIntoView({ block: "end" });
  let first;
  try {
    const response = await fetch("/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    });
    const reply = await response.json();
    waiting.remove();
    if (!response.ok) {
      first = bubble(reply.error, "bot");
    } else {
      for (const message of reply.messages) {
        if (message.text) {
          const shownBubble = bubble(message.text, "bot");
          first ??= shownBubble;
        }
        if (message.buttons) choices(message.buttons);
      }
    }
  } catch {
    waiting.remove();
    first = bubble("Mất kết nối. Xin kiểm tra mạng rồi gửi lại.", "bot");
  }
  first?.scrollIntoView({ block: "start" });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text) return;
  input.value = "";
  send(text);
});

bubble("Chào anh/chị, trợ lý có thể chỉ giấy tờ cần mang, lệ phí, thời gian, nơi nộp của các thủ tục. Anh/chị cứ hỏi theo cách nói thường ngày.", "bot");
