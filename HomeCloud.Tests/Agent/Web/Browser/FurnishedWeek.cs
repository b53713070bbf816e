using HomeCloud.Dns.Telemetry.Activity;
using HomeCloud.Dns.Telemetry.History;
using HomeCloud.Dns.Telemetry.Queries;
using HomeCloud.Registry.Journals;
using HomeCloud.Tests.Agent.Web.Dns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HomeCloud.Tests.Agent.Web.Browser;

/// <summary>A week of an ordinary household that an agent kept: it was off twice, and the provider failed twice.</summary>
internal sealed class FurnishedWeek : IQueryJournal, IDisposable
{
    private static readonly string[] Names =
        ["www.example.com.", "airplay.home.", "api.weather.example.", "jellyfin.home.", "time.example.net.", "git.home.", "cdn.video.example.", "nextcloud.home.", "telemetry.tv.example.", "a-rather-long-name-of-a-content-network.edge.example.org."];

    private readonly string _folder = Directory.CreateTempSubdirectory("hc-week-").FullName;
    private readonly DnsHistoryOptions _options = new();
    private Action<DnsQueryView>? _receive;

    public FurnishedWeek()
    {
        var now = DateTimeOffset.UtcNow;
        var book = new FigureBook();
        for (var ago = 7 * 1440; ago > 0; ago--)
        {
            if (!IsOff(ago))
                book.Add(now - TimeSpan.FromMinutes(ago - 1), 60, Minute(ago, now - TimeSpan.FromMinutes(ago)));
        }

        Directory.CreateDirectory(Path.Combine(_folder, "dns"));
        File.WriteAllBytes(Path.Combine(_folder, "dns", "figures.bin"), FigureCoding.Write(book));
        var queries = new QueryBook(Path.Combine(_folder, "dns"), _options, TimeProvider.System, NullLogger.Instance);
        for (var i = 600; i > 0; i--)
            queries.Add(Query(i, now - TimeSpan.FromSeconds(i * 20)));
        queries.Flush();
    }

    public static bool IsOff(int minutesAgo) => minutesAgo is > 25 and <= 40 or > 1500 and <= 1800;

    public void Keep(IServiceCollection services)
    {
        services.AddSingleton(s => new DnsHistory(_folder, _options, this, TimeProvider.System, s.GetRequiredService<ILogger<DnsHistory>>()));
        services.AddHostedService(s => s.GetRequiredService<DnsHistory>());
        services.AddSingleton(s => new KeptJournal("server1", s.GetRequiredService<DnsHistory>(), FurnishedHome.Evening.Read).Line());
    }

    /// <summary>One more, as the household asks it while the page is open.</summary>
    public void Ask(string name) => _receive?.Invoke(new DnsQueryView(DateTimeOffset.UtcNow, "192.168.7.29", name, "A", "NOERROR", "cache", 0));

    DnsCounts IQueryJournal.Count() => new(new long[DnsCounts.Length]);

    void IQueryJournal.Follow(Action<DnsQueryView> receive) => _receive = receive;

    void IQueryJournal.HandOver()
    {
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static long[] Minute(int ago, DateTimeOffset at)
    {
        var busy = 4 + (30 * Math.Max(0, Math.Sin((at.TimeOfDay.TotalHours - 7) / 24 * 2 * Math.PI))) + (6 * Math.Abs(Math.Sin(ago / 7.0)));
        var counts = new long[DnsCounts.Length];
        counts[DnsCounts.Local] = (long)(busy / 3);
        counts[DnsCounts.Cached] = (long)busy;
        counts[DnsCounts.Forwarded] = (long)(busy / 2);
        counts[DnsCounts.Blocked] = (long)(busy / 6);
        counts[DnsCounts.Failed] = ago is > 10 and < 14 or > 300 and < 320 ? 5 : 0;
        counts[DnsCounts.Queries] = counts.AsSpan(1, 5).ToArray().Sum();
        counts[DnsCounts.Durations + 3] = counts[DnsCounts.Forwarded];
        counts[DnsCounts.Durations + 5] = counts[DnsCounts.Forwarded] / 8;
        return counts;
    }

    private static DnsQueryView Query(int i, DateTimeOffset at)
    {
        var name = Names[i * 7 % Names.Length];
        var isOurs = name.EndsWith("home.", StringComparison.Ordinal);
        var isBlocked = name.StartsWith("telemetry", StringComparison.Ordinal);
        return new DnsQueryView(
            at, $"192.168.7.{20 + (i % 6)}", name, i % 3 == 0 ? "AAAA" : "A", i % 50 == 0 ? "SERVFAIL" : i % 9 == 0 ? "NXDOMAIN" : "NOERROR",
            isOurs ? "our zones" : isBlocked ? "blocked" : i % 2 == 0 ? "cache" : "forwarded", isOurs || isBlocked || i % 2 == 0 ? 0 : 6.5 + (i % 40));
    }
}
