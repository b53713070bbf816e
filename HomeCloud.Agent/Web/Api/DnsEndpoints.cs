using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Dns.History;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/dns: what the DNS server does, and what is kept of it.</summary>
internal static class DnsEndpoints
{
    private const int MostQueries = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var dns = api.MapGroup("/dns").WithTags("DNS");
        dns.MapGet("/statistics", (IDnsStatisticsSource source) => source.Read() is { } view ? Results.Ok(view) : Results.NoContent())
            .WithSummary("Statistics of the last minutes; 204 when the DNS server is another process").Produces<DnsStatisticsView>().Produces(204);
        dns.MapGet("/figures", Figures)
            .WithSummary("Kept figures: ?range=hour (by minutes), day (by five minutes) or week (by half hours). A step that is missing is a time in which the agent did not run. 204 when nothing is kept")
            .Produces<DnsFiguresView>().Produces(204).ProducesProblem(400);
        dns.MapGet("/queries", Queries)
            .WithSummary("Queries, newest first: the kept ones, else those of the last minutes. ?filter= is part of a name or client; ?client=, ?answer= (NXDOMAIN, or failed for every error) and ?source= (our zones, cache, forwarded, blocked) compare whole; ?before= is a time, to go on from")
            .Produces<IReadOnlyList<DnsQueryView>>();
    }

    private static IResult Figures([FromServices] DnsHistory? history, string? range)
    {
        if (!Enum.TryParse<DnsRange>(range ?? "hour", ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted) || int.TryParse(range, out _))
            return Problems.Result(new ServerProblem(ProblemCode.InvalidRequest, "There are no figures for that range.", "Set ?range= to hour, day or week."));
        return history is null || history.Options.Level == DnsHistoryLevel.Off ? Results.NoContent() : Results.Ok(history.Figures(wanted));
    }

    private static IReadOnlyList<DnsQueryView> Queries(
        IDnsStatisticsSource source, [FromServices] DnsHistory? history, [FromQuery(Name = "filter")] string? text, string? client, string? answer, [FromQuery(Name = "source")] string? from,
        DateTimeOffset? before, int? limit, CancellationToken cancellationToken)
    {
        var most = Math.Clamp(limit ?? 100, 1, MostQueries);
        var search = new QuerySearch(text?.Trim(), client, answer, from, before);
        return history?.Queries(search, most, cancellationToken)
            ?? [.. source.Queries(null, MostQueries).Where(query => search.Matches(query) && (before is null || query.At < before)).Take(most)];
    }
}
