using HomeCloud.Agent.Web.Dns;
using HomeCloud.Net.Localization;
using Microsoft.AspNetCore.Mvc;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/dns/blocking: lists, names blocked and allowed by hand, pauses.</summary>
internal static class BlockingEndpoints
{
    private static IResult Elsewhere => Problems.DnsIsElsewhere("Use homecloud-dns block on its machine.");

    public static void Map(RouteGroupBuilder api)
    {
        var blocking = api.MapGroup("/dns/blocking").WithTags("DNS");
        blocking.MapGet("", Read)
            .WithSummary("Block lists, names blocked and allowed by hand, and pauses; 204 when the DNS server is another process").Produces<BlockingView>().Produces(204);
        blocking.MapGet("/test/{name}", (string name, string? device, [FromServices] IDnsBlocking? source, HttpContext context) =>
            source is null ? Elsewhere : source.Test(name, device, AnswerLanguage.For(context), out var problem) is { } view ? Results.Ok(view) : Problems.OfDns(problem))
            .WithSummary("Whether a name is blocked, for ?device= (address, MAC, name or group) or a device in no group, and by which list, rule and line").Produces<BlockTestView>().ProducesProblem(400).ProducesProblem(404);
        blocking.MapPut("/names/{name}", (string name, NameDecision decision, [FromServices] IDnsBlocking? source) => Do(source, one => one.Set(name, decision.Allowed)))
            .WithSummary("Block or allow a name and all below it, whatever lists say; at once, and kept").Produces(204).ProducesProblem(400).ProducesProblem(404);
        blocking.MapDelete("/names/{name}", (string name, [FromServices] IDnsBlocking? source) => Do(source, one => one.Remove(name)))
            .WithSummary("Take that back: lists decide again").Produces(204).ProducesProblem(400).ProducesProblem(404);
        blocking.MapPut("/pause", (PauseRequest pause, [FromServices] IDnsBlocking? source) => Do(source, one => one.Pause(TimeSpan.FromSeconds(pause.Seconds), pause.Device)))
            .WithSummary("Block nothing for some seconds, for one device (address, MAC, name or group) or everybody").Produces(204).ProducesProblem(400).ProducesProblem(404);
        blocking.MapDelete("/pause", (string? device, [FromServices] IDnsBlocking? source) => Do(source, one =>
            {
                one.Resume(device);
                return null;
            }))
            .WithSummary("End pauses: all, the one of ?device= (address, MAC, name or group), or with an empty ?device= the one for everybody").Produces(204).ProducesProblem(404);
    }

    private static IResult Read([FromServices] IDnsBlocking? source, DeviceNames devices, HttpContext context)
    {
        if (source?.Read(AnswerLanguage.For(context)) is not { } view)
            return Results.NoContent();
        return Results.Ok(view with { Pauses = [.. view.Pauses.Select(pause => pause with { Name = pause.Device is { } device ? devices.Find(device) : null })] });
    }

    private static IResult Do(IDnsBlocking? source, Func<IDnsBlocking, Phrase?> change) =>
        source is null ? Elsewhere : change(source) is { } problem ? Problems.OfDns(problem) : Results.NoContent();
}
