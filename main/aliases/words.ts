// Plain words for aliases that a person can read out. Guessing is not what these protect from: the digits behind them and the
// limits at the door do that; for addresses that must not be guessed there are `random_characters` and `uuid`.

function list(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

/** 145 adjectives. */
export const ADJECTIVES: readonly string[] = list(`
  amber ancient autumn blue bold brave bright bronze calm clear clever cloudy cobalt copper coral cosmic crisp
  curious dawn deep distant eager early elder fair fast fern fine first fluent fond fresh gentle giant glad
  golden grand green happy hazel hidden honest humble icy indigo ivory jade jolly keen kind late leafy light
  little lively lone lost loud loyal lucky lunar maple mellow merry misty modern mossy navy neat nimble noble
  north ochre odd olive open orange pale patient pearl plain polar polite prime proud pure quick quiet rapid
  rare red rich river robust rosy royal ruby rustic sage sandy sharp shy silent silver simple sleek slow small
  smart smooth snowy soft solar solid south spare spring stable starry steady still stone strong sunny swift
  tall tame teal tender tidy tiny true urban vast velvet violet vivid warm west wide wild windy winter wise
  young
`)

/** 206 nouns. */
export const NOUNS: readonly string[] = list(`
  acorn alder anchor anvil apple arch arrow ash aspen atlas badger balcony bamboo barley basil basin beacon
  bell birch bison boat bonsai book boulder branch bridge brook bucket button cabin cactus candle canoe canyon
  cedar cello cherry chimney cinder cliff clock cloud clover coast comet compass copper coral cove crane creek
  cricket crystal daisy delta dew dove drum dune eagle echo elm ember falcon feather fern field finch fjord
  flame flute forest fossil fountain fox garden garnet gate ginger glacier glade grove gull harbor harp hawk
  hazel heron hill honey horizon inlet iris island ivy jasper juniper kayak kettle kite lagoon lake lantern
  lark laurel leaf lemon lily linden lotus lynx magnet mango maple marble marsh meadow melon mill mint mirror
  moon moss moth mountain nectar nest nutmeg oak oasis ocean olive orbit orchard otter owl paddle palm panda
  parsley path pear pebble pepper pine planet plum pond poplar poppy prairie prism quail quarry quartz quill
  rabbit raft rain raven reed reef ridge river robin rocket rose saddle sail salmon sand sapling seal shell
  shore sparrow spruce squirrel star stone stream summit swan tartan teapot thistle thunder tiger timber
  toucan trail tulip tundra turtle valley velvet violin walnut warbler water wave willow wind window wren
  zephyr
`)

/** 90 names. */
export const FIRST_NAMES_MALE: readonly string[] = list(`
  adam alan albert alex andrew anton arthur ben boris brian carl charles chris colin daniel david dennis dylan
  edgar edward eric ethan felix finn frank fred gabriel gavin george harry henry hugo ian isaac jack jacob
  james jan jason joel john jonas julian karl keith kevin lars leo liam louis luke marc mark martin matt max
  michael miles nathan neil nick noah oliver oscar owen patrick paul peter philip ralph ray robert robin roger
  ryan sam scott sean simon stefan steven theo thomas tim tobias tom victor vincent walter will
`)

/** 96 names. */
export const FIRST_NAMES_FEMALE: readonly string[] = list(`
  ada alice amelia amy andrea anna anne astrid audrey beth bianca carla caroline charlotte chloe claire clara
  daisy diana dora edith eleanor elena elise ella emily emma erica eva fiona flora grace greta hannah harriet
  hazel heidi helen ida ingrid irene iris isabel jane jean jenny jessica joan julia karen kate laura lena lily
  lisa louise lucy lydia maria martha mary matilda maya mia molly nadia nancy naomi nina nora olga olivia
  paula phoebe rachel rebecca rosa rose ruth sally sara selma sonia sophie stella susan sylvia tara thea tina
  ursula vera victoria violet wendy zoe
`)

/** 164 surnames. */
export const SURNAMES: readonly string[] = list(`
  adams allen anders archer baker barnes becker bell bennett berg bishop blake boyd brandt brooks brown burke
  burton carter castle chapman clark cole collins cook cooper cox craig cross dale dean dixon doyle drake
  duncan ellis evans farmer fischer fisher fleming ford foster fox fraser frost gardner gibson glover graham
  grant gray green griffin hale hall hansen hart harvey hayes hill holmes howard hughes hunt hunter irwin
  jensen jordan keller kelly kennedy kent knight lambert lane larsen lawson lewis lindberg lloyd long lowe
  marsh marshall martin mason meyer miller mills moore morgan morris murphy murray nash newton nolan norris
  olsen osborne owens page palmer parker parsons payne perry peters pierce porter potter price quinn ramsey
  reed reid reyes rice richter rivers roberts rogers ross rowe ryan schmidt scott sharp shaw shepherd simmons
  skinner sloan snow spencer stein stone sutton taylor thorne turner vance vogel wade wagner walker wallace
  walsh ward warner watson weaver webb weber wells west wheeler white wolf wood wright york young
`)
