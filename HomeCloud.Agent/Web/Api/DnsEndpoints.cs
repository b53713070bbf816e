using HomeCloud.Agent.Web.Dns;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/dns: statistics of the DNS server.</summary>
internal static class DnsEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var dns = api.MapGroup("/dns").WithTags("DNS");
        dns.MapGet("/statistics", (IDnsStatisticsSource source) => source.Read() is { } view ? Results.Ok(view) : Results.NoContent())
            .WithSummary("Statistics of the last minutes; 204 when the DNS server is another process").Produces<DnsStatisticsView>().Produces(204);
        dns.MapGet("/queries", (IDnsStatisticsSource source, string? filter, int? limit) =>
            source.Queries(string.IsNullOrWhiteSpace(filter) ? null : filter.Trim().ToLowerInvariant(), Math.Clamp(limit ?? 100, 1, 1000)))
            .WithSummary("The last queries, newest first; ?filter= matches part of a name or client");
    }
}
