using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Web.Dns;
using HomeCloud.Agent.Web.Security;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/dns/records: records of any type.</summary>
internal static class RecordEndpoints
{
    private static IResult Elsewhere => Problems.DnsIsElsewhere("Use homecloud-dns records on its machine.");

    public static void Map(RouteGroupBuilder api)
    {
        var records = api.MapGroup("/dns/records").WithTags("DNS");
        records.MapGet("", ([FromServices] IDnsRecords? source) => source is null ? Results.NoContent() : Results.Ok(source.Read()))
            .WithSummary("Records that people and updates (RFC 2136) have added; 204 when the DNS server is another process").Produces<IReadOnlyList<KeptRecordView>>().Produces(204);
        records.MapPost("", Add)
            .WithSummary("Add one of any type to a name of the home, of a zone file with an SOA record, or of a delegated zone; at once, and kept").Produces(204).ProducesProblem(400).ProducesProblem(404);
        records.MapDelete("/{name}", Remove)
            .WithSummary("Remove all of a name: what zone files say of it counts again").Produces(204).ProducesProblem(400).ProducesProblem(404);
    }

    private static IResult Add(NewRecord record, [FromServices] IDnsRecords? source, HistoryLog history, HttpContext context)
    {
        if (source is null)
            return Elsewhere;
        if (source.Add(record) is { } problem)
            return Problems.OfDns(problem);
        history.Add(HistoryKind.RecordAdded, record.Name!.Trim(), Callers.Name(context), $"{record.Type!.Trim().ToUpperInvariant()} {record.Data!.Trim()}");
        return Results.NoContent();
    }

    private static IResult Remove(string name, [FromServices] IDnsRecords? source, HistoryLog history, HttpContext context)
    {
        if (source is null)
            return Elsewhere;
        var count = source.Remove(name, out var problem);
        if (problem is not null)
            return Problems.OfDns(problem);
        if (count == 0)
            return Problems.Result(new ServerProblem(ProblemCode.NotFound, $"{(name.Length > 255 ? name[..255] : name)} has no such records.", "homecloud records ls shows all."));
        history.Add(HistoryKind.RecordRemoved, name, Callers.Name(context));
        return Results.NoContent();
    }
}
