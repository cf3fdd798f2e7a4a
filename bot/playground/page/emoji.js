// Slack's short names of emoji as signs; a name it doesn't know stays as it was written.

const NAMED = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 joy 😂 rofl 🤣 blush 😊 innocent 😇
slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 relieved 😌 heart_eyes 😍 yum 😋 sunglasses 😎 star-struck 🤩
thinking_face 🤔 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄
grimacing 😬 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 confused 😕
worried 😟 slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 cry 😢 sob 😭 scream 😱 sweat 😓
disappointed 😞 tired_face 😫 weary 😩 triumph 😤 rage 😡 angry 😠 skull 💀 ghost 👻 robot_face 🤖 see_no_evil 🙈
hugging_face 🤗 saluting_face 🫡 wave 👋 raised_hand ✋ ok_hand 👌 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 clap 👏
raised_hands 🙌 pray 🙏 handshake 🤝 muscle 💪 writing_hand ✍️ point_right 👉 point_left 👈 point_up ☝️ point_down 👇
v ✌️ crossed_fingers 🤞 fist ✊ facepunch 👊 eyes 👀 brain 🧠 bust_in_silhouette 👤 busts_in_silhouette 👥 runner 🏃
walking 🚶 shrug 🤷 face_palm 🤦 technologist 🧑‍💻 construction_worker 👷 heart ❤️ yellow_heart 💛 green_heart 💚
blue_heart 💙 purple_heart 💜 broken_heart 💔 sparkling_heart 💖 100 💯 boom 💥 zzz 💤 speech_balloon 💬
thought_balloon 💭 dog 🐶 cat 🐱 bug 🐛 bee 🐝 turtle 🐢 snail 🐌 penguin 🐧 unicorn_face 🦄 sunny ☀️ cloud ☁️
rain_cloud 🌧️ snowflake ❄️ zap ⚡ fire 🔥 ocean 🌊 rainbow 🌈 star ⭐ star2 🌟 sparkles ✨ moon 🌔 earth_africa 🌍
seedling 🌱 evergreen_tree 🌲 four_leaf_clover 🍀 rose 🌹 sunflower 🌻 apple 🍎 pizza 🍕 cake 🍰 birthday 🎂 cookie 🍪
coffee ☕ tea 🍵 beer 🍺 beers 🍻 champagne 🍾 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅
first_place_medal 🥇 dart 🎯 soccer ⚽ basketball 🏀 art 🎨 musical_note 🎵 microphone 🎤 headphones 🎧 car 🚗 bus 🚌
truck 🚚 ship 🚢 airplane ✈️ rocket 🚀 train 🚆 bike 🚲 anchor ⚓ construction 🚧 vertical_traffic_light 🚦 house 🏠
office 🏢 factory 🏭 hospital 🏥 world_map 🗺️ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ hourglass ⌛
hourglass_flowing_sand ⏳ clock1 🕐 clock2 🕑 clock3 🕒 clock4 🕓 clock5 🕔 clock6 🕕 clock7 🕖 clock8 🕗 clock9 🕘
clock10 🕙 clock11 🕚 clock12 🕛 calendar 📆 date 📅 spiral_calendar_pad 🗓️ iphone 📱 computer 💻 desktop_computer 🖥️
printer 🖨️ floppy_disk 💾 camera 📷 movie_camera 🎥 tv 📺 telephone_receiver 📞 phone ☎️ email ✉️ envelope ✉️
incoming_envelope 📨 mailbox 📫 package 📦 inbox_tray 📥 outbox_tray 📤 scroll 📜 page_facing_up 📄 clipboard 📋 memo 📝
pencil 📝 pencil2 ✏️ newspaper 📰 books 📚 book 📖 bookmark 🔖 label 🏷️ bar_chart 📊 chart_with_upwards_trend 📈
chart_with_downwards_trend 📉 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ wastebasket 🗑️ pushpin 📌
round_pushpin 📍 paperclip 📎 link 🔗 scissors ✂️ lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️
gear ⚙️ magnet 🧲 test_tube 🧪 microscope 🔬 telescope 🔭 satellite_antenna 📡 bulb 💡 flashlight 🔦 battery 🔋
electric_plug 🔌 moneybag 💰 credit_card 💳 euro 💶 receipt 🧾 shopping_trolley 🛒 bell 🔔 no_bell 🔕 loudspeaker 📢
mega 📣 mag 🔍 shield 🛡️ ticket 🎫 crown 👑 gem 💎 door 🚪 bed 🛏️ white_check_mark ✅ heavy_check_mark ✔️
ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ question ❓
grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ bangbang ‼️ interrobang ⁉️ warning ⚠️ no_entry ⛔
no_entry_sign 🚫 sos 🆘 rotating_light 🚨 information_source ℹ️ recycle ♻️ infinity ♾️ ok 🆗 new 🆕 up 🆙 free 🆓
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 repeat 🔁 back 🔙 soon 🔜
fast_forward ⏩ rewind ⏪ double_vertical_bar ⏸️ arrow_forward ▶️ black_square_for_stop ⏹️ red_circle 🔴
large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣
white_circle ⚪ black_circle ⚫ large_red_square 🟥 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦
white_large_square ⬜ black_large_square ⬛ large_blue_diamond 🔷 large_orange_diamond 🔶 checkered_flag 🏁
triangular_flag_on_post 🚩 white_flag 🏳️ flag-dk 🇩🇰 flag-ee 🇪🇪 flag-tr 🇹🇷 flag-gb 🇬🇧 one 1️⃣ two 2️⃣ three 3️⃣
four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣`;

const words = NAMED.trim().split(/\s+/);
const SIGNS = new Map(words.filter((_, i) => i % 2 === 0).map((name, i) => [name, words[2 * i + 1]]));
const TONES = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };

export const REACTIONS = ["pushpin", "white_check_mark", "eyes", "+1", "tada"];

export function emoji(name, unicode) {
  const [base, tone] = name.split("::skin-tone-");
  const sign = SIGNS.get(base) || (unicode && fromCode(unicode));
  return sign ? sign + (TONES[tone] || "") : `:${name}:`;
}

export const withEmoji = (text) =>
  text.replace(/:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (whole, name) => emoji(name));

function fromCode(unicode) {
  const points = unicode.split("-").map((part) => parseInt(part, 16));
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : "";
}
