-- Serialises the few changes that concern all accounts, such as who still has an admin key.
SELECT singleton FROM installation FOR UPDATE
