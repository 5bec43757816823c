// What young people read after the first screen, in one file: their own pages' words and those of a place's pack.
import pack from '../messages/pack/en.json'
import more from '../messages/young-more/en.json'

export default { ...more, ...pack }
