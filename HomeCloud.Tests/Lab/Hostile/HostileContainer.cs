namespace HomeCloud.Tests.Lab.Hostile;

/// <summary>A container that somebody else's image or compose file could make, described by the arguments of <c>docker</c>.</summary>
/// <param name="Name">Of the container.</param>
/// <param name="Arguments">Of <c>docker create</c>, from the options to the command.</param>
/// <param name="Started">Whether it is started after it was created.</param>
internal sealed record HostileContainer(string Name, IReadOnlyList<string> Arguments, bool Started)
{
    /// <summary>A file that exists as soon as any text of a container was run as a command.</summary>
    public const string Trace = "/tmp/homecloud-hostile-ran";

    // Not homecloud.expires: a container that says of itself that it has expired is removed, as asked. Its image says so here.
    private static readonly string[] Labels =
    [
        "homecloud.name", "homecloud.aliases", "homecloud.network", "homecloud.wildcard", "homecloud.srv", "homecloud.service.http", "homecloud.ttl",
        "homecloud.ignore", "homecloud.server", "homecloud.template", "homecloud.ports", "homecloud.created-by", "homecloud.user",
        "com.docker.compose.project", "com.docker.compose.service", "com.docker.compose.oneoff", "org.opencontainers.image.title",
    ];

    private static readonly string[] Texts =
    [
        "-oProxyCommand=touch " + Trace, $"root -oProxyCommand='touch {Trace}'", $"$(touch {Trace})", $"`touch {Trace}`", $"a; touch {Trace} #", $"a\ntouch {Trace}\n",
        "\u001b]0;owned\u0007", "\u001b[2J\u001b[1;1H", "\u0007\u0008\r", "\u202egnp.exe", "<script>document.title='owned'</script>", "\"><img src=x onerror=document.title='owned'>",
        "javascript:document.title='owned'", "{{7*7}}", "%s%n", "../../etc/passwd", "cloud", "wpad", "localhost", "isatap", "check", "ns", "steady", "steady.home.",
        "true", "yes", "1", "0", "-1", "99999999999999999999", "2000-01-01T00:00:00Z", "1 2 3 65535 65536 -5", "80/tcp,udp/53;;", "*", "*.steady", "\u2603", "xn--", "a..b", ".",
        "", " ", "\t", new string('a', 63), new string('b', 64), new string('c', 4000), "steady,steady,airplay", "{\"a\":1}", "\\", "'", "\"",
    ];

    private static readonly string[] Reserved = ["cloud", "wpad", "isatap", "localhost", "check", "ns"];

    private static readonly string[] Networks = ["lan", "lan", "lan", "none", "host"];

    /// <summary>As many containers as asked for, the same for the same seed.</summary>
    public static IReadOnlyList<HostileContainer> Generate(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => Make(random, index))];
    }

    private static HostileContainer Make(Random random, int index)
    {
        var name = index < Reserved.Length ? Reserved[index] : Pick(random, [$"h{index}", $"H_{index}", $"h{index}.home", $"h-{index}-", $"{index}", $"h{index}..x", $"localhost{index}"]);
        List<string> arguments = ["--network", Pick(random, Networks)];
        for (var labels = random.Next(6); labels > 0; labels--)
            arguments.AddRange(["--label", $"{Pick(random, Labels)}={Pick(random, Texts)}"]);
        if (random.Next(4) == 0)
            arguments.AddRange(["--hostname", $"h{index}"]);
        if (random.Next(5) == 0)
            arguments.AddRange(["--health-cmd", $"printf '\\033]0;owned\\007<script>'; exit {random.Next(3)}", "--health-interval", "1s", "--health-retries", "1"]);
        arguments.Add(HostileImage.Name);
        var ends = random.Next(3) == 0;
        arguments.AddRange(["/bin/busybox", "sh", "-c", $"printf '\\033[2J\\033]0;owned\\007<b>log</b>\\n'; {(ends ? $"exit {random.Next(256)}" : "exec sleep 1000")}"]);
        return new(name, arguments, random.Next(5) != 0);
    }

    private static string Pick(Random random, IReadOnlyList<string> from) => from[random.Next(from.Count)];
}
