"""Classification of feature vectors that stay encrypted: the side that computes has nothing that decrypts.

A *station* makes a feature vector of a document, encrypts it (CKKS, profile `lin-1`) and sends it. A *server* that holds a
linear head computes the scores under encryption and sends them back. The station decrypts them and says the label.

**What the server learns**: that a station asked and when, how many documents a frame holds, in which layout, how long its
own work took, the dimension of the features and the feature schema. **What it does not**: features, documents, scores or
labels. It has no key that decrypts, is sent none and could not read one: no module on its side can.

**What protects the head: nothing.** The reply to a request shows the head exactly to whoever sees both frames, key or no
key (the evaluation is not circuit-private), and a station that may ask d + 1 questions of its own choice has the head of a
model over d features. Stations are therefore enrolled one by one, and frames belong into a channel that hides them (TLS).
If the head may be given to the station, let it classify in the clear: that is faster and no less private.

**What is never returned.** A decrypted CKKS value still holds the noise of its ciphertext; whoever has ciphertext and
exact value learns about the key (Li and Micciancio, EUROCRYPT 2021, IND-CPA-D). The station gives labels, and a score of
two decimals where asked. Logits leave it nowhere, and nothing about an answer goes back to the server: a reply is
accepted once, for a request that is outstanding, and what is wrong with it is said without its content. Do not send labels
back to the operator of the server either, least of all for documents that the server chose.

**What is authenticated.** Every frame carries an HMAC-SHA256 of a key that one enrolment made, over all its bytes: version,
profile, key, schema, model, nonce, shape, ciphertexts. CKKS itself notices no change of a ciphertext. The key authenticates
station and server to each other; it decrypts nothing.

**Rotation.** `docpriv encrypted keygen DIR --rotate` replaces the secret key, in milliseconds; enrolment stays.
Requests under way are forgotten, for their replies can no longer be read. Rotate on a schedule, and whenever labels of
many documents became known outside.

**Parameters** and where their security comes from are in `docpriv.encrypted.profile`.
"""
