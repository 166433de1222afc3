// A page that is one form: a new case, or one field of a case.

import "../forms/field-form.js";
