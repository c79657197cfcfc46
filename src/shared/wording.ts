/** What zod's own checks say to a person; a schema's own message goes before these. Imported for its effect. */
import { z } from 'zod';

z.config({
  customError: (issue) => {
    const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : '';
    switch (issue.code) {
      case 'too_small': return `Must be ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}${unit}`;
      case 'too_big': return `Must be ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}${unit}`;
      case 'invalid_value': return `Must be one of ${issue.values.map(String).join(', ')}`;
      case 'invalid_type': return issue.input === undefined ? 'Is missing' : `Must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
      default: return undefined;
    }
  },
});
