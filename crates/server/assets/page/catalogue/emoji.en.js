// Emoji that one can pick, by group, with the names by which they are found.

export const emoji = [
  ['Smileys', '😀 grinning, 😄 laughing, 😂 tears of joy, 😊 blushing, 😉 wink, 😍 in love, 😘 kiss, 😋 yummy, 😜 crazy, 🤔 thinking, 🤨 doubt, 😐 neutral, 🙄 rolling eyes, 😏 smirk, 😴 sleeping, 😎 cool, 🤓 nerd, 🥳 party, 😮 surprised, 😳 embarrassed, 🥺 pleading, 😢 crying, 😭 sobbing, 😤 huffing, 😠 angry, 🤯 mind blown, 😱 screaming, 🤗 hug, 🤫 quiet, 🤒 ill, 🤖 robot, 👻 ghost'],
  ['Hands and people', '👍 thumbs up, 👎 thumbs down, 👌 fine, 🤞 fingers crossed, ✌️ victory, 🤘 rock, 👋 wave, 🙌 hooray, 👏 clapping, 🙏 thanks, 🤝 deal, 💪 strong, ✍️ writing, 👀 eyes, 🙈 see no evil, 🤷 shrug, 🤦 facepalm, 🙋 raising hand'],
  ['Hearts', '❤️ red heart, 🧡 orange heart, 💛 yellow heart, 💚 green heart, 💙 blue heart, 💜 purple heart, 🖤 black heart, 💔 broken heart'],
  ['Nature and food', '☀️ sun, 🌧️ rain, ❄️ snow, 🔥 fire, 🌈 rainbow, 🌻 sunflower, 🌲 tree, 🐶 dog, 🐱 cat, 🐝 bee, 🍎 apple, 🍕 pizza, 🥐 croissant, 🎂 cake, ☕ coffee, 🍺 beer, 🥂 cheers'],
  ['Things and signs', '🎉 celebration, 🎁 present, 🎵 music, ⚽ football, 🚲 bicycle, 🚗 car, ✈️ plane, 🏠 home, 💡 idea, 💻 computer, 📷 camera, 📅 calendar, ⏰ alarm clock, 🔒 lock, 🚀 rocket, ⭐ star, ✅ done, ❌ no, ❓ question, ❗ attention, 💯 hundred'],
];
