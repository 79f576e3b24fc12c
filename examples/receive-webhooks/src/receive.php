<?php
// WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:8080 receive.php
declare(strict_types=1);

const TOLERANCE_SECONDS = 5 * 60;

function isFromStellwerk(string $secret, array $headers, string $body): bool
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }

    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if ($key === false || $key === '') {
        return false;
    }
    $expected = hash_hmac('sha256', "$id.$timestamp.$body", $key, true);
    // Several while the secret is being rotated; one that fits is enough.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $each) {
        [$kind, $signature] = explode(',', $each, 2) + [1 => ''];
        $given = base64_decode($signature, true);
        if ($kind === 'v1' && $given !== false && hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

$headers = array_change_key_case(getallheaders());
$body = file_get_contents('php://input'); // the bytes themselves: the signature is over these

if (!isFromStellwerk((string) getenv('WEBHOOK_SECRET'), $headers, $body)) {
    http_response_code(400);
    exit('the signature does not fit');
}
// Keep webhook-id in your database, written in the transaction that does the work, and skip what is there already.
file_put_contents('php://stdout', "{$headers['webhook-id']} {$headers['ce-type']}\n");
http_response_code(204);
