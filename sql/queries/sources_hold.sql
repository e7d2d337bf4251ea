-- Lets no source change until the transaction ends: what counts are made of then agrees with the marks that are taken next.
LOCK TABLE news.sources IN SHARE MODE
