using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>
/// What one answer may cost. Signatures that do not hold and keys with equal tags are free for who sends them, not for who tries
/// them (KeyTrap, CVE-2023-50387), and so are NSEC3 hashes (CVE-2023-50868).
/// </summary>
internal sealed class ValidationWork
{
    /// <summary>An honest answer has none: a signature whose tag fits and that fails means a forgery, or two keys with one tag.</summary>
    private const int MaxFailures = 4;

    /// <summary>For an alias through several zones whose keys are all not known yet.</summary>
    private const int MaxVerifications = 96;

    private const int MaxFetches = 64;

    /// <summary>Rounds of SHA-1: some milliseconds.</summary>
    private const int MaxHashes = 10_000;

    private int _failures;
    private int _verifications;
    private int _fetches;
    private int _hashes;

    /// <summary>A limit was reached: the answer is bogus, whatever else is found.</summary>
    public bool IsExhausted { get; private set; }

    public static Verdict Exhausted => Verdict.Bogus(EdeCode.DnssecBogus, "checking the signatures would take more work than any honest answer does");

    public bool MayVerify() => Spend(_failures < MaxFailures && ++_verifications <= MaxVerifications);

    public void CountFailure() => _failures++;

    public bool MayFetch() => Spend(++_fetches <= MaxFetches);

    public bool MayHash(int rounds) => Spend((_hashes += rounds) <= MaxHashes);

    private bool Spend(bool isLeft)
    {
        IsExhausted |= !isLeft;
        return isLeft;
    }
}
