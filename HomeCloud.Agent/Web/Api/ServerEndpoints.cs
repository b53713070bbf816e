using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using HomeCloud.Agent.Servers;
using HomeCloud.Agent.Servers.Engine;
using HomeCloud.Agent.Servers.Figures;
using HomeCloud.Agent.Servers.Live;
using HomeCloud.Agent.Servers.Making;
using HomeCloud.Agent.Servers.Planning;
using HomeCloud.Agent.Servers.Records;
using HomeCloud.Agent.Servers.Sleeping;
using HomeCloud.Agent.Web.Security;
using HomeCloud.Agent.Web.Texts;

namespace HomeCloud.Agent.Web.Api;

/// <summary>/servers and /templates.</summary>
internal static class ServerEndpoints
{
    private const int MostLines = 5000;

    public static void Map(RouteGroupBuilder api)
    {
        var servers = api.MapGroup("/servers").WithTags("Servers");
        servers.MapGet("", List).WithSummary("All servers").Produces<ServerView[]>().ProducesProblem(503);
        servers.MapPost("", Create).WithSummary("Create a server; answers at once with the operation that reports the progress").Produces<OperationView>(202).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        servers.MapGet("/{name}", Show).WithSummary("One server").Produces<ServerView>().ProducesProblem(404);
        servers.MapPost("/{name}/start", (string name, Waker waker, ServerDirectory directory, HttpContext context) => Do(name, waker.StartAsync, directory, context)).WithSummary("Start it").Produces<ServerView>().ProducesProblem(404);
        servers.MapPost("/{name}/stop", (string name, SleepKeeper keeper, ServerDirectory directory, HttpContext context) => Do(name, keeper.StopAsync, directory, context)).WithSummary("Stop it").Produces<ServerView>().ProducesProblem(404);
        servers.MapPost("/{name}/restart", (string name, Waker waker, ServerDirectory directory, HttpContext context) => Do(name, waker.RestartAsync, directory, context)).WithSummary("Restart it").Produces<ServerView>().ProducesProblem(404);
        servers.MapPost("/{name}/sleep", (string name, SleepKeeper keeper, ServerDirectory directory, HttpContext context) => Do(name, (server, by, _) => keeper.SleepAsync(server, by, "by hand"), directory, context)).WithSummary("Put it to sleep now; the first device that calls it wakes it").Produces<ServerView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        servers.MapPost("/{name}/wake", (string name, Waker waker, ServerDirectory directory, HttpContext context) => Do(name, waker.StartAsync, directory, context)).WithSummary("Wake it").Produces<ServerView>().ProducesProblem(404).ProducesProblem(409);
        ChangeEndpoints.Map(api, servers);
        TerminalEndpoints.Map(servers);
        servers.MapPost("/{name}/rename", Rename).WithSummary("Rename it; DNS follows").Produces<ServerView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        servers.MapDelete("/{name}", Remove).WithSummary("Stop and remove it; ?volumes=true removes its volumes and its address too, ?force=true kills it instead of stopping it").Produces(204).ProducesProblem(404);
        servers.MapGet("/{name}/logs", Logs).WithSummary("Its output: server-sent events 'log', ending with 'end' unless ?follow=true").Produces<LogView>(200, EventStream.ContentType).ProducesProblem(404);
        servers.MapGet("/{name}/logs/download", Download).WithSummary("All of its output as a text file, each line with its time").Produces<string>(200, "text/plain").ProducesProblem(404);
        servers.MapGet("/{name}/history", (string name, HistoryLog history, int? limit, HttpContext context) => LiveEndpoints.Newest(history, name, limit, context)).WithSummary("Its history, newest first");
        servers.MapGet("/{name}/usage", Usage)
            .WithSummary("What it used: ?range=hour (by minutes), day (by five minutes) or week (by half hours). A step that is missing is a time in which it, or the agent, did not run. 204 when nothing is kept")
            .Produces<UsageFiguresView>().Produces(204).ProducesProblem(400).ProducesProblem(404);
        api.MapGet("/networks", async (IServerEngine engine, CancellationToken cancellationToken) =>
        {
            var networks = await engine.LanNetworksAsync(cancellationToken);
            return networks.IsSuccess ? Results.Ok(networks.Value.Select(n => new NetworkView(n.Name, n.Subnet?.ToString())).ToList()) : Problems.Result(networks.Problem);
        }).WithTags("Servers").WithSummary("The Docker networks that are bridged to the LAN").Produces<NetworkView[]>().ProducesProblem(503);
        api.MapGet("/templates", Templates)
            .WithTags("Servers").WithSummary("The templates");
    }

    private static List<ServerTemplate> Templates(TemplateCatalogue templates, HttpContext context)
    {
        var texts = PageLanguage.Templates(AnswerLanguage.For(context).Language);
        return [.. templates.All().Values.OrderBy(t => t.Id == TemplateCatalogue.Default ? 0 : 1).ThenBy(t => t.Title, StringComparer.Ordinal)
            .Select(t => t with { Title = texts.Find(t.Title), Description = texts.Find(t.Description) })];
    }

    private static async Task<IResult> List(ServerDirectory directory, UsagePoller usage, IdleBook idle, HttpContext context)
    {
        var catalogue = AnswerLanguage.For(context);
        // Listed now, so that a script sees what it has just done.
        await directory.RefreshAsync(context.RequestAborted);
        return directory.EngineProblem is { } problem
            ? Problems.Result(problem)
            : Results.Ok(directory.Servers.Values.Select(s => ToldTexts.For(catalogue).Tell(s with { Usage = usage.Find(s.Name), StaysAwake = idle.WhyAwake(s.Id)?.In(catalogue) })).ToList());
    }

    private static IResult Create(CreateServer request, ServerMaker maker, HttpContext context)
    {
        var operation = maker.Begin(request, Callers.Name(context));
        return operation.IsSuccess ? OperationEndpoints.Accepted(operation.Value, context) : Problems.Result(operation.Problem);
    }

    private static async Task<IResult> Show(string name, ServerDirectory directory, UsagePoller usage, IdleBook idle, HttpContext context)
    {
        var catalogue = AnswerLanguage.For(context);
        await directory.RefreshAsync(context.RequestAborted);
        return directory.Servers.TryGetValue(name, out var view) ? Results.Ok(ToldTexts.For(catalogue).Tell(view with { Usage = usage.Find(name), StaysAwake = idle.WhyAwake(view.Id)?.In(catalogue) })) : NotFound(name, directory);
    }

    private static async Task<IResult> Do(
        string name, Func<string, string, CancellationToken, Task<ServerProblem?>> action, ServerDirectory directory, HttpContext context)
    {
        // Goes on when the caller leaves: half a stop helps nobody.
        if (await action(name, Callers.Name(context), CancellationToken.None) is { } problem)
            return Problems.Result(problem);

        await directory.RefreshAsync(CancellationToken.None);
        return directory.Servers.TryGetValue(name, out var view) ? Results.Ok(ToldTexts.For(AnswerLanguage.For(context)).Tell(view)) : NotFound(name, directory);
    }

    private static async Task<IResult> Rename(string name, RenameServer request, ServerKeeper keeper, ServerDirectory directory, HttpContext context)
    {
        if (await keeper.RenameAsync(name, request.Name, Callers.Name(context), CancellationToken.None) is { } problem)
            return Problems.Result(problem);

        await directory.RefreshAsync(CancellationToken.None);
        var now = ServerName.Fold(request.Name!);
        return directory.Servers.TryGetValue(now, out var view) ? Results.Ok(ToldTexts.For(AnswerLanguage.For(context)).Tell(view)) : NotFound(now, directory);
    }

    private static async Task<IResult> Remove(string name, SleepKeeper keeper, ServerDirectory directory, HttpContext context, bool volumes = false, bool force = false)
    {
        if (await keeper.RemoveAsync(name, volumes, force, Callers.Name(context), CancellationToken.None) is { } problem)
            return Problems.Result(problem);

        await directory.RefreshAsync(CancellationToken.None);
        return Results.NoContent();
    }

    private static async Task<IResult> Logs(
        string name, ServerKeeper keeper, IServerEngine engine, CancellationToken cancellationToken, int tail = 200, bool follow = false)
    {
        var found = await keeper.FindAsync(name, cancellationToken);
        return found.IsSuccess
            ? TypedResults.ServerSentEvents(Lines(engine, found.Value.Id, Math.Clamp(tail, 0, MostLines), follow, cancellationToken))
            : Problems.Result(found.Problem);
    }

    private static async Task<IResult> Download(string name, ServerKeeper keeper, IServerEngine engine, CancellationToken cancellationToken)
    {
        var found = await keeper.FindAsync(name, cancellationToken);
        if (!found.IsSuccess)
            return Problems.Result(found.Problem);

        return Results.Stream(
            async body =>
            {
                await using var text = new StreamWriter(body, leaveOpen: true);
                await foreach (var line in engine.LogsAsync(found.Value.Id, int.MaxValue, follow: false, cancellationToken))
                    await text.WriteLineAsync(line.At is { } at ? $"{at:yyyy-MM-ddTHH:mm:ss.fffZ} {line.Text}" : line.Text);
            },
            "text/plain; charset=utf-8",
            $"{name}.log");
    }

    private static IResult Usage(string name, ServerDirectory directory, UsageHistory history, string? range)
    {
        if (!Ranges.TryRead<UsageRange>(range, out var wanted))
            return Ranges.Refusal;
        if (!directory.Servers.ContainsKey(name))
            return NotFound(name, directory);
        return history.Figures(name, wanted) is { } figures ? Results.Ok(figures) : Results.NoContent();
    }

    private static async IAsyncEnumerable<SseItem<LogView>> Lines(
        IServerEngine engine, string id, int tail, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Said first, so that a quiet log still opens the stream.
        yield return new SseItem<LogView>(new LogView(null, false, ""), "start");
        await foreach (var line in engine.LogsAsync(id, tail, follow, cancellationToken))
            yield return new SseItem<LogView>(new LogView(line.At, line.IsError, line.Text), "log");

        yield return new SseItem<LogView>(new LogView(null, false, ""), "end");
    }

    internal static IResult NotFound(string name, ServerDirectory directory) => Problems.Result(
        directory.EngineProblem ?? new ServerProblem(ProblemCode.NotFound, $"There is no server named {(name.Length > 63 ? name[..63] : name)}.", "homecloud ls lists all servers."));
}

/// <param name="At">When the engine got the line.</param>
/// <param name="IsError">Written to standard error.</param>
/// <param name="Text">As the server wrote it: show it as text, never as markup.</param>
public sealed record LogView(DateTimeOffset? At, bool IsError, string Text);

/// <param name="Name">In Docker.</param>
/// <param name="Subnet">Of the LAN, as NETWORK/BITS; null when Docker does not know it.</param>
public sealed record NetworkView(string Name, string? Subnet);

/// <param name="Name">The new name.</param>
public sealed record RenameServer(string? Name);
