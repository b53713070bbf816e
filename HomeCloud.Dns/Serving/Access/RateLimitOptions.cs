namespace HomeCloud.Dns.Serving.Access;

/// <summary>How much one client may ask by UDP. TCP is not limited here: its sender is known and its connections are.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Answers a second to one client (an IPv4 address, or an IPv6 /64) in the long run; 0 turns the limit off, at most 1,000,000. A router that asks for the whole home is one client.</summary>
    public int PerSecond { get; set; } = 5000;

    /// <summary>Answers at once after a quiet time, 1 to 1,000,000.</summary>
    public int Burst { get; set; } = 10_000;

    /// <summary>Of the queries over the limit, every this many is answered with TC, so that an honest client behind a forged address can use TCP; 0 drops all. At most 100.</summary>
    public int Slip { get; set; } = 2;

    /// <summary>Clients remembered at once; memory is 8 bytes each. A power of two from 256 to 1,048,576.</summary>
    public int Clients { get; set; } = 16_384;

    /// <summary>Networks that are never limited, such as the router that asks for the whole home; instead of loopback, when anything is given. Option <c>--rate-exempt NET</c>.</summary>
    public IList<string> Exempt { get; } = [.. AddressPrefixes.LoopbackNetworks];

    /// <summary>What is wrong: one line each with option, value and fix; empty when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (PerSecond is < 0 or > 1_000_000)
            yield return $"--rate-limit {PerSecond} is out of range; choose 1 to 1000000 answers per second, or 0 for no limit.";
        if (Burst is < 1 or > 1_000_000)
            yield return $"--rate-burst {Burst} is out of range; choose 1 to 1000000 answers.";
        if (Slip is < 0 or > 100)
            yield return $"--rate-slip {Slip} is out of range; choose 0 (drop all over the limit) to 100.";
        if (Clients is < 256 or > 1_048_576 || (Clients & (Clients - 1)) != 0)
            yield return $"--rate-clients {Clients} is out of range; choose a power of two from 256 to 1048576.";
        foreach (var problem in AddressPrefixes.Validate("--rate-exempt", Exempt, "192.168.1.1 or 192.168.1.0/24"))
            yield return problem;
    }
}
