// Every sentence of the page in the three languages: a missing one does not compile.

export type Lang = "ur" | "zh" | "en";
export const LANGS: readonly Lang[] = ["ur", "zh", "en"];
export const NAMES: Record<Lang, string> = { ur: "اردو", zh: "中文", en: "English" };

type Said = Record<Lang, string>;
const say = (ur: string, zh: string, en: string): Said => ({ ur, zh, en });

export const WORDS = {
  title: say("پاس کی تصدیق", "核验通行证", "Verify a pass"),
  good: say("درست", "有效", "VALID"),
  careful: say("احتیاط", "注意", "CAUTION"),
  bad: say("نامنظور", "无效", "REFUSED"),
  camera: say("کیمرے سے پڑھیں", "用相机扫描", "Scan with camera"),
  stop: say("کیمرہ بند کریں", "关闭相机", "Stop the camera"),
  picture: say("تصویر یا فائل", "图片或文件", "Picture or file"),
  next: say("اگلا", "下一个", "Next"),
  zone: say("یہ چوکی کس علاقے میں ہے؟", "本检查站在哪个区域？", "Which zone is this checkpoint in?"),
  anyZone: say("علاقہ نہیں بتایا گیا", "未选择区域", "Zone not chosen"),
  kitNone: say("کوئی کٹ نہیں: پہلے کٹ لائیں", "没有核验包：请先载入", "No kit: bring one first"),
  kitTaken: say("کٹ لے لی گئی", "核验包已载入", "Kit taken"),
  listTaken: say("نئی فہرست لے لی گئی", "新名单已载入", "Newer list taken"),
  kitWhose: say("کٹ پر دستخط", "核验包签署方", "Kit signed by"),
  listAge: say("منسوخ پاسوں کی فہرست کی عمر", "作废名单已有", "Age of the list of dead passes"),
  forget: say("کٹ مٹائیں", "删除核验包", "Forget the kit"),
  forgetSure: say("واقعی مٹائیں؟ دوبارہ دبائیں", "确定删除？再按一次", "Really? Press again"),
  unreadable: say("تصویر میں کوئی پاس نہیں ملا", "图片中没有找到通行证", "No pass was found in the picture"),
  noCamera: say("کیمرہ نہیں کھلا: تصویر استعمال کریں", "相机无法打开：请用图片", "The camera did not open: use a picture"),
  look: say("چہرہ اور حلیہ ملائیں", "核对相貌", "Compare the face"),
  plate: say("گاڑی", "车辆", "Vehicle"),
  people: say("افراد", "人数", "Persons"),
  task: say("کام", "任务", "Task"),
  arms: say("اسلحہ", "武器", "Arms"),
  serials: say("سیریل نمبر", "枪号", "Serial numbers"),
  where: say("علاقہ", "区域", "Zone"),
  until: say("کب تک", "有效期至", "Until"),
  number: say("پاس نمبر", "通行证号", "Pass number"),
  signed: say("دستخط", "签署", "Signed by"),
  left: say("باقی", "剩余", "left"),
  photo: say("فون میں موجود تصویر ملائیں", "核对照片文件", "Check a photo file"),
  photoSame: say("یہ حامل کی تصویر ہے", "这是持证人的照片", "This is the holder’s photograph"),
  challenge: say("پوچھیں: کیا یہ وہی ہے؟", "质询持证人", "Challenge the holder"),
  showThis: say("اس کا فون یہ تصویر پڑھے، پھر وہ چھ ہندسے بولے", "让对方手机扫描此码并说出六位数字", "His phone reads this; then he says six digits"),
  askNumber: say("اس سے پوچھیں: نمبر", "请他说出编号", "Ask him for number"),
  heard: say("جو ہندسے سنے، لکھیں", "输入听到的数字", "Type the digits that you hear"),
  compare: say("ملائیں", "比对", "Compare"),
  expected: say("یہی وہ شخص ہے جس کی توقع تھی", "此人正是应到人员", "This is the expected person"),
  answerMine: say("میرا فون جواب دے گا", "用我的手机应答", "My phone answers"),
  sayThis: say("یہ ہندسے بولیں", "请说出这些数字", "Say these digits"),
  myKey: say("اس فون کی کلید (پاس جاری کرنے والے کو دیں)", "本机密钥（交给签发人）", "This phone’s key (for whoever issues the pass)"),
  danger: say("دور رہیں، گاڑی بند رکھیں، مدد بلائیں", "保持距离，锁好车门，呼叫支援", "Keep away, doors locked, call for help"),
  sound: say("آواز آزمائیں", "试音", "Test the sound"),
  hours: say("گھنٹے", "小时", "h"),
  minutes: say("منٹ", "分钟", "min"),
  exercise: say("مشق", "演习", "EXERCISE"),
  offline: say("یہ صفحہ بغیر نیٹ ورک چلتا ہے", "本页无需网络", "This page needs no network"),
} satisfies Record<string, Said>;

/** Why not, by the stable code of the check. */
export const REASONS: Record<string, Said> = {
  "not-a-pass": say("یہ پاس نہیں ہے", "这不是通行证", "This is not a pass"),
  "not-canonical": say("پاس کی شکل بدلی ہوئی ہے", "通行证格式被改动", "The pass is in an altered form"),
  "bad-claims": say("پاس کا متن قاعدے کے خلاف ہے", "通行证内容不合规则", "What the pass says breaks its rules"),
  "host-signature-missing": say("میزبان کے دستخط نہیں", "缺东道国签署", "The host has not signed"),
  "guest-signature-missing": say("مہمان فریق کے دستخط نہیں", "缺派遣国签署", "The guest has not signed"),
  "same-party-twice": say("دونوں دستخط ایک ہی فریق کے ہیں", "两个签署来自同一方", "Both signatures are one party’s"),
  "unknown-key": say("دستخط کرنے والا نامعلوم ہے", "签署者未知", "The signer is unknown"),
  "bad-signature": say("دستخط غلط ہیں: جعلی یا بدلا ہوا", "签名不符：伪造或被改", "A signature is wrong: forged or altered"),
  revoked: say("پاس منسوخ ہو چکا", "通行证已被撤销", "The pass has been revoked"),
  "list-too-old": say("فہرست بہت پرانی ہے: نئی لائیں", "名单过旧：请更新", "The list is too old: bring a newer one"),
  "not-yet-valid": say("ابھی وقت شروع نہیں ہوا", "尚未生效", "Its time has not begun"),
  expired: say("میعاد ختم", "已过期", "Its time is over"),
  "wrong-zone": say("کسی اور علاقے کا پاس", "不是本区域的通行证", "It is for another zone"),
  "wrong-photo": say("تصویر حامل کی نہیں", "照片与持证人不符", "The photograph is not the holder’s"),
  "not-expected": say("اس شخص کی توقع نہیں تھی", "此人不在应到名单", "This person is not expected"),
  "too-late": say("جواب دیر سے آیا", "应答超时", "The answer came too late"),
  "wrong-answer": say("جواب غلط ہے", "应答错误", "The answer is wrong"),
  "no-phone": say("پاس کے ساتھ کوئی فون نہیں", "通行证未绑定手机", "The pass names no phone"),
  "not-a-kit": say("یہ کٹ نہیں ہے", "这不是核验包", "This is not a kit"),
  "kit-too-long": say("یہ کٹ نہیں ہے", "这不是核验包", "This is not a kit"),
  "bad-kit": say("کٹ قاعدے کے خلاف ہے", "核验包不合规则", "The kit breaks its rules"),
  "kit-expired": say("کٹ پرانی ہے: نئی لائیں", "核验包过期：请更新", "The kit is too old: bring a newer one"),
  "other-issuer": say("کٹ کسی اور کے دستخط سے ہے", "核验包由他人签署", "The kit is signed by somebody else"),
  "not-a-list": say("یہ فہرست نہیں ہے", "这不是名单", "This is not a list"),
  "list-too-long": say("یہ فہرست نہیں ہے", "这不是名单", "This is not a list"),
  "bad-bits": say("فہرست خراب ہے", "名单已损坏", "The list is damaged"),
  "other-list": say("کسی اور کی فہرست", "不是本方名单", "A list of somebody else"),
  "older-list": say("یہ فہرست موجودہ سے پرانی ہے", "此名单比现有的旧", "This list is older than the one here"),
  "not-a-question": say("یہ سوال نہیں ہے", "这不是质询码", "This is not a question"),
  unreadable: WORDS.unreadable,
  "no-kit": WORDS.kitNone,
};

/** What the guard should know although the pass is valid. */
export const CAUTIONS: Record<string, Said> = {
  "list-stale": say("فہرست پرانی ہے: وائرلیس پر پوچھیں", "名单较旧：请用电台核实", "The list is old: ask by radio"),
  "clock-behind": say("اس فون کی گھڑی پیچھے ہے", "本机时钟偏慢", "This phone’s clock is behind"),
  "zone-not-checked": say("علاقہ نہیں جانچا گیا", "未核对区域", "The zone was not checked"),
};

export const TASK: Record<string, Said> = {
  advise: say("مشورہ", "咨询", "advise"),
  liaise: say("رابطہ", "联络", "liaise"),
  observe: say("مشاہدہ", "观察", "observe"),
  analyse: say("تجزیہ", "分析", "analyse"),
  plan: say("منصوبہ بندی", "规划", "plan"),
  inner_cordon: say("اندرونی حصار", "内层警戒", "inner cordon"),
  close_protection: say("قریبی حفاظت", "贴身护卫", "close protection"),
  drive: say("ڈرائیونگ", "驾驶", "drive"),
  technical_surveillance: say("تکنیکی نگرانی", "技术监视", "technical surveillance"),
  medical_aid: say("طبی امداد", "医疗救助", "medical aid"),
  train: say("تربیت", "培训", "train"),
  investigate_jointly: say("مشترکہ تفتیش", "联合调查", "investigate jointly"),
};

export const ARMED: Record<string, Said> = {
  unarmed: say("غیر مسلح", "无武器", "unarmed"),
  less_lethal: say("کم مہلک", "低杀伤武器", "less lethal"),
  sidearm: say("پستول", "手枪", "sidearm"),
  long_arm: say("رائفل", "长枪", "long arm"),
};
