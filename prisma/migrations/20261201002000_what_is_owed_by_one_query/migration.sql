-- What is owed since an invoice was added up anew for each invoice shown. Documents are read with it by one query.
DROP FUNCTION billing_owed_since;
