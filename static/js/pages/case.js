// The page of one case. In the same order as on the board.

import "../shell/app.js"; // first: the others look at whether an answer may be drawn
import "../shell/timed-notice.js";
import "../case/parts.js";
import "../forms/field-form.js";
