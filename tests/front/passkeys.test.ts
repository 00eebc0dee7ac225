import assert from "node:assert/strict";
import { test } from "node:test";
import { passkeyFailure } from "../../front/ts/lib/passkeys";

const words = { SecurityError: "not at this address", NotAllowedError: "not confirmed", other: "please try again" };

test("a failure is told by what the browser calls it", () => {
  assert.equal(
    passkeyFailure(new DOMException("This is an invalid domain.", "SecurityError"), words),
    "not at this address",
  );
  assert.equal(passkeyFailure(new DOMException("timed out", "NotAllowedError"), words), "not confirmed");
});

test("anything else gets the general sentence", () => {
  assert.equal(passkeyFailure(new Error("Unable to fetch passkey data from server."), words), "please try again");
  assert.equal(passkeyFailure(undefined, words), "please try again");
  assert.equal(passkeyFailure("text", words), "please try again");
});
