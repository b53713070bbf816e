using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Texts;
using HomeCloud.Registry.Journals;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/dns: what the DNS servers of the home do, and what they keep of it.</summary>
internal static class DnsEndpoints
{
    private const int MostTop = 12;

    public static void Map(RouteGroupBuilder api)
    {
        var dns = api.MapGroup("/dns").WithTags("DNS");
        dns.MapGet("/statistics", StatisticsAsync)
            .WithSummary("Statistics of the last minutes of all DNS servers of the home, or of ?server=; 204 when none tells any").Produces<DnsStatisticsView>().Produces(204);
        dns.MapGet("/figures", FiguresAsync)
            .WithSummary("Kept figures of all DNS servers of the home, or of ?server=: ?range=hour (by minutes), day (by five minutes) or week (by half hours). A step that is missing is a time in which none ran. 204 when nothing is kept")
            .Produces<DnsFiguresView>().Produces(204).ProducesProblem(400);
        dns.MapGet("/top", TopAsync)
            .WithSummary("The most frequent names and clients among kept queries of a range, and among the blocked ones; of all DNS servers, or of ?server=. 204 when queries are not kept")
            .Produces<DnsTopView>().Produces(204).ProducesProblem(400);
        dns.MapGet("/queries", QueriesAsync)
            .WithSummary("Queries, newest first: the kept ones, else those of the last minutes. ?filter= is part of a name, of a client's address or of its device's name; ?client=, ?answer= (NXDOMAIN, or failed for every error), ?source= (our zones, cache, forwarded, blocked) and ?server= compare whole; ?before= is a time, to go on from")
            .Produces<IReadOnlyList<DnsQueryView>>();
    }

    private static async Task<IResult> StatisticsAsync(HomeDns dns, string? server, HttpContext context, CancellationToken cancellationToken)
    {
        var texts = ToldTexts.For(AnswerLanguage.For(context));
        return await dns.StatisticsAsync(server, cancellationToken) is { } view ? Results.Ok(texts.Tell(view)) : Results.NoContent();
    }

    private static async Task<IResult> FiguresAsync(HomeDns dns, string? range, string? server, HttpContext context, CancellationToken cancellationToken)
    {
        if (!Ranges.TryRead<DnsRange>(range, out var wanted))
            return Ranges.Refusal;
        var texts = ToldTexts.For(AnswerLanguage.For(context));
        return await dns.FiguresAsync(wanted, server, cancellationToken) is { } view ? Results.Ok(texts.Tell(view)) : Results.NoContent();
    }

    private static async Task<IResult> TopAsync(HomeDns dns, DeviceNames devices, string? range, string? server, CancellationToken cancellationToken)
    {
        if (!Ranges.TryRead<DnsRange>(range, out var wanted))
            return Ranges.Refusal;
        return await dns.TopAsync(wanted, MostTop, server, cancellationToken) is { } top
            ? Results.Ok(top with { Clients = Named(top.Clients), BlockedClients = Named(top.BlockedClients) })
            : Results.NoContent();

        IReadOnlyList<DnsCountView> Named(IReadOnlyList<DnsCountView> clients) => [.. clients.Select(client => client with { Device = devices.Find(client.Name) })];
    }

    private static async Task<IReadOnlyList<DnsQueryView>> QueriesAsync(
        HomeDns dns, DeviceNames devices, [FromQuery(Name = "filter")] string? text, string? client, string? answer, [FromQuery(Name = "source")] string? from,
        string? server, DateTimeOffset? before, int? limit, CancellationToken cancellationToken)
    {
        var search = new QuerySearch(text?.Trim(), client, answer, from, before, devices.Having(text?.Trim()));
        var found = await dns.QueriesAsync(search, Math.Clamp(limit ?? 100, 1, JournalInquiry.MostLimit), server, cancellationToken);
        return [.. found.Select(query => query with { Device = devices.Find(query.Client) })];
    }
}
