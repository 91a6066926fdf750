/** Questions asked again and again: an older one that is answered late does not overwrite a newer one's answer. */

export class Newest {
  private asked = 0;
  private shown = 0;

  /** Ask; what is given back says, when the answer is there, whether it is to be shown.

  An answer counts until a newer question is answered, not until one is asked: where every answer takes longer
  than the pause between two questions, none would ever be shown. */
  ask(): () => boolean {
    this.asked += 1;
    const nth = this.asked;
    return () => {
      if (nth < this.shown) return false;
      this.shown = nth;
      return true;
    };
  }
}
