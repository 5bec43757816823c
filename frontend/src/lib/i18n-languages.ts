// The languages Heard speaks. Apart from i18n, so that plain code and tests can read it.
export const languages = ['en', 'ar'] as const
export type Language = (typeof languages)[number]
