using System.Collections.Immutable;
using System.Net;
using HomeCloud.Agent.Naming;
using HomeCloud.Agent.Servers;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Servers.Engine;
using HomeCloud.Tests.Agent.Web.Dns;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>What a household might run, for pages that one looks at.</summary>
internal static class FurnishedHome
{
    public static void Fill(FakeEngine engine)
    {
        Add(engine, 1, "airplay", "homecloud/sshbox:2", "ssh", [22], TimeSpan.FromHours(5));
        Add(engine, 2, "git", "gitea/gitea:1", "gitea", [80, 22], TimeSpan.FromDays(12));
        Add(engine, 3, "jellyfin", "jellyfin/jellyfin:latest", "jellyfin", [8096], TimeSpan.FromDays(3));
        Add(engine, 4, "nextcloud", "nextcloud:stable", "nextcloud", [80], TimeSpan.FromDays(40));
        Add(engine, 5, "postgres", "postgres:17", "postgres", [5432], TimeSpan.FromMinutes(42));
        Add(engine, 6, "minecraft", "itzg/minecraft-server:latest", "minecraft", [25565], null);
        Add(engine, 7, "home-assistant", "ghcr.io/home-assistant/home-assistant:stable", "home-assistant", [8123], TimeSpan.FromDays(7));
    }

    public static void Add(FakeEngine engine, int number, string name, string image, string template, ushort[] ports, TimeSpan? up) => engine.Add(new ContainerFacts
    {
        Id = number.ToString("x64"),
        Name = name,
        Image = image,
        Life = up is null ? ContainerLife.Exited : ContainerLife.Running,
        Created = DateTimeOffset.UtcNow - TimeSpan.FromDays(60),
        StartedAt = up is { } time ? DateTimeOffset.UtcNow - time : null,
        Labels = ImmutableDictionary<string, string>.Empty
            .Add(Labels.Server, "1").Add(Labels.Template, template).Add(Labels.Ports, string.Join(' ', ports)),
        Endpoints = [new EndpointFacts("lan", "", up is null ? [] : [new IPAddress([192, 168, (byte)(7 + (number / 200)), (byte)(40 + (number % 200))])], []) { Mac = $"02:42:c0:a8:07:{number % 256:x2}" }],
        Volumes = [$"{name}-data"],
    });

    /// <summary>Five minutes of an ordinary evening.</summary>
    public static class Evening
    {
        private static readonly string[] Names =
            ["www.example.com", "airplay.home", "api.weather.example", "jellyfin.home", "time.example.net", "git.home", "cdn.video.example", "nextcloud.home", "mail.example.org", "_dns-sd._udp.home"];

        public static DnsStatisticsView Read()
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var random = new Random(7);
            return new DnsStatisticsView
            {
                Seconds = [.. Enumerable.Range(0, 300).Select(i => new DnsSecondView(
                    now - 300 + i,
                    (int)(34 + (18 * Math.Sin(i / 31.0)) + random.Next(9)),
                    (int)(9 + (5 * Math.Sin(i / 17.0)) + random.Next(6)),
                    i is > 190 and < 200 ? random.Next(7) : 0))],
                Queries = 148_213,
                AnsweredAtOnce = 121_870,
                FromCache = 74_114,
                Forwarded = 26_343,
                Failed = 31,
                Latency = [.. new (double Below, long Count)[] { (1, 0), (2, 4), (5, 61), (10, 190), (20, 143), (50, 52), (100, 18), (200, 7), (500, 3), (1000, 1), (2000, 0), (10_000, 0) }.Select(c => new DnsLatencyView(c.Below, c.Count))],
                TopNames = [.. Names.Select((n, i) => new DnsCountView(n, 2400 / (i + 1)))],
                TopClients = [.. Enumerable.Range(0, 6).Select(i => new DnsCountView($"192.168.7.{20 + i}", 5200 / (i + 1)))],
                Validation = "auto, answers are validated",
                Upstreams = [new DnsUpstreamView("9.9.9.9:853", true, 11.4, "26301 answers, 4 failures"), new DnsUpstreamView("1.1.1.1:853", true, 13.9, "42 answers, 0 failures"), new DnsUpstreamView("192.168.7.1:53", false, null, "does not answer since 20:14")],
            };
        }

        public static IEnumerable<DnsQueryView> Queries() =>
            Enumerable.Range(0, 40).Select(i => new DnsQueryView(
                DateTimeOffset.UtcNow.AddSeconds(-i), $"192.168.7.{20 + (i % 6)}", Names[i * 7 % Names.Length], i % 3 == 0 ? "AAAA" : "A", i % 9 == 0 ? "NXDOMAIN" : "NOERROR",
                Names[i * 7 % Names.Length].EndsWith("home", StringComparison.Ordinal) ? "our zones" : i % 2 == 0 ? "cache" : "forwarded", 6.5 + i));

        /// <summary>To a DNS server that keeps nothing.</summary>
        public static IJournalLine Line() => new KeptJournal("server1", null, Read, Queries).Line();
    }
}
