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
        dns.MapGet("/top", Top)
            .WithSummary("The most frequent names and clients among kept queries of a range, and among the blocked ones. 204 when queries are not kept")
            .Produces<DnsTopView>().Produces(204).ProducesProblem(400);
        dns.MapGet("/queries", Queries)
            .WithSummary("Queries, newest first: the kept ones, else those of the last minutes. ?filter= is part of a name, of a client's address or of its device's name; ?client=, ?answer= (NXDOMAIN, or failed for every error) and ?source= (our zones, cache, forwarded, blocked) compare whole; ?before= is a time, to go on from")
            .Produces<IReadOnlyList<DnsQueryView>>();
    }

    private static IResult Figures([FromServices] DnsHistory? history, string? range)
    {
        if (!Ranges.TryRead<DnsRange>(range, out var wanted))
            return Ranges.Refusal;
        return history is null || history.Options.Level == DnsHistoryLevel.Off ? Results.NoContent() : Results.Ok(history.Figures(wanted));
    }

    private static IResult Top([FromServices] DnsHistory? history, DeviceNames devices, string? range, CancellationToken cancellationToken)
    {
        if (!Ranges.TryRead<DnsRange>(range, out var wanted))
            return Ranges.Refusal;
        return history?.Top(wanted, cancellationToken) is { } top
            ? Results.Ok(top with { Clients = Named(top.Clients), BlockedClients = Named(top.BlockedClients) })
            : Results.NoContent();

        IReadOnlyList<DnsCountView> Named(IReadOnlyList<DnsCountView> clients) => [.. clients.Select(client => client with { Device = devices.Find(client.Name) })];
    }

    private static IReadOnlyList<DnsQueryView> Queries(
        IDnsStatisticsSource source, DeviceNames devices, [FromServices] DnsHistory? history, [FromQuery(Name = "filter")] string? text, string? client, string? answer, [FromQuery(Name = "source")] string? from,
        DateTimeOffset? before, int? limit, CancellationToken cancellationToken)
    {
        var most = Math.Clamp(limit ?? 100, 1, MostQueries);
        var search = new QuerySearch(text?.Trim(), client, answer, from, before, devices.Having(text?.Trim()));
        var found = history?.Queries(search, most, cancellationToken)
            ?? [.. source.Queries(null, MostQueries).Where(query => search.Matches(query) && (before is null || query.At < before)).Take(most)];
        return [.. found.Select(query => query with { Device = devices.Find(query.Client) })];
    }
}
