using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>Shows the steps of a create: redrawn in place on a terminal, one line each elsewhere.</summary>
internal static class CreateProgress
{
    public static async Task<int> ShowAsync(AgentClient client, OperationInfo operation, CancellationToken cancellationToken)
    {
        var steps = new List<StepInfo>();
        OperationInfo? done = null;
        if (AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Out.IsTerminal)
        {
            await AnsiConsole.Live(new Text("")).StartAsync(async live =>
            {
                done = await FollowAsync(client, operation.Id, step =>
                {
                    Replace(steps, step);
                    live.UpdateTarget(new Rows(steps.SelectMany(s => LayerLines.Bars(s).Prepend(new Markup(Line(s))))));
                    live.Refresh();
                }, cancellationToken);
            });
        }
        else
        {
            var layers = new LayerLines();
            done = await FollowAsync(client, operation.Id, step =>
            {
                Replace(steps, step);
                foreach (var line in layers.Fresh(step))
                    Console.Out.WriteLine(line);

                if (step.State != "running")
                    Console.Out.WriteLine(Translation.Text($"{step.Milliseconds / 1000.0,6:0.00} s  {Show.Plain(step.Text)}"));
            }, cancellationToken);
        }

        return await EndAsync(client, done, steps, cancellationToken);
    }

    public static async Task<int> JsonAsync(AgentClient client, OperationInfo operation, CancellationToken cancellationToken)
    {
        var ready = true;
        var ended = default(JsonElement);
        await foreach (var (type, data) in client.FollowAsync($"operations/{operation.Id}/events", cancellationToken))
        {
            if (type == "done")
            {
                ended = JsonDocument.Parse(data).RootElement.Clone();
            }
            else
            {
                ready &= CliJson.Read<StepInfo>(data).State != "warning";
            }
        }

        if (ended.ValueKind == JsonValueKind.Undefined)
            throw Lost();

        var done = ended.Deserialize(CliJson.Default.OperationInfo)!;
        if (done.Problem is { } problem)
            throw new UserErrorException(problem.ToError(Code(problem)));

        Show.Json(ended);
        return ready ? ExitCodes.Success : ExitCodes.NotReady;
    }

    /// <summary>Nobody waits for it any more: it is cancelled, and what becomes of it is told.</summary>
    public static async Task CancelAsync(AgentClient client, OperationInfo operation, bool json)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await client.SendAsync(HttpMethod.Delete, $"operations/{operation.Id}", limit.Token);
            var done = await FollowAsync(client, operation.Id, _ => { }, limit.Token);
            Show.Error(done?.Problem is { } problem ? problem.ToError(ExitCodes.Interrupted) : new CommandError(ExitCodes.Interrupted, operation.Kind is "created" ? (Phrase)$"{operation.Server} was created before it could be cancelled." : $"{operation.Server} was changed before it could be cancelled.", operation.Kind is "created" ? (Phrase)$"Remove it: homecloud rm {operation.Server}" : $"Go back: homecloud update {operation.Server} --undo"), json);
        }
        catch (UserErrorException error)
        {
            Show.Error(error.Error, json);
        }
        catch (OperationCanceledException)
        {
            Show.Error(new CommandError(ExitCodes.Interrupted, $"cancelling {operation.Server} takes longer than expected.", "homecloud ls shows the result."), json);
        }
    }

    private static async Task<OperationInfo?> FollowAsync(AgentClient client, string id, Action<StepInfo> step, CancellationToken cancellationToken)
    {
        OperationInfo? done = null;
        await foreach (var (type, data) in client.FollowAsync($"operations/{id}/events", cancellationToken))
        {
            if (type == "done")
            {
                done = CliJson.Read<OperationInfo>(data);
            }
            else if (CliJson.Read<StepInfo>(data) is { } parsed)
            {
                step(parsed);
            }
        }

        return done;
    }

    private static async Task<int> EndAsync(AgentClient client, OperationInfo? done, List<StepInfo> steps, CancellationToken cancellationToken)
    {
        if (done is null)
            throw Lost();

        if (done.Problem is { } problem)
            throw new UserErrorException(problem.ToError(Code(problem)));

        var code = steps.Exists(s => s.State == "warning") ? ExitCodes.NotReady : ExitCodes.Success;
        var server = await client.GetAsync<ServerInfo>($"servers/{done.Server}", cancellationToken);

        // One that was changed while it was stopped; the last step says so.
        if (server.StartedAt is null)
            return code;

        var seconds = SinceStart().TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        Show.Line($"[bold]{Show.Safe(server.FullName)}[/]  {Show.Safe(server.Addresses.FirstOrDefault())}  ready after {seconds} s");
        foreach (var line in new[] { server.Ssh }.Concat(server.Ports.Select(p => p.Url)).OfType<string>())
            AnsiConsole.MarkupLine($"  {Show.Safe(line)}");

        foreach (var (name, value) in done.Secrets ?? [])
            Show.Line($"  {Show.Safe(name)}={Show.Safe(value)}  [grey](shown only once)[/]");

        return code;
    }

    private static UserErrorException Lost() => new("the connection to the agent was lost.", "homecloud ls shows the result.", ExitCodes.Away);

    /// <summary>What a person has waited, our own start included.</summary>
    private static TimeSpan SinceStart()
    {
        using var self = Process.GetCurrentProcess();
        return DateTime.Now - self.StartTime;
    }

    private static int Code(ProblemInfo? problem) => problem?.Code switch
    {
        "imageNotFound" or "templateNotFound" or "notFound" => ExitCodes.NotFound,
        "nameTaken" or "busy" or "addressTaken" or "addressAnswers" or "macInUse" or "noFreeAddress" or "noNetwork" or "severalNetworks" or "volumeTaken" or "diskFull" => ExitCodes.Conflict,
        "invalidVolume" => ExitCodes.Usage,
        "mountNotAllowed" or "privilegedNotAllowed" => ExitCodes.Refused,
        "engineAway" or "registryAway" or "cancelled" => ExitCodes.Away,
        _ => ExitCodes.Failure,
    };

    private static void Replace(List<StepInfo> steps, StepInfo step)
    {
        var index = steps.FindIndex(s => s.Step == step.Step);
        if (index < 0)
        {
            steps.Add(step);
        }
        else
        {
            steps[index] = step;
        }
    }

    private static string Line(StepInfo step)
    {
        var mark = step.State switch { "done" => "[green]✓[/]", "warning" => "[yellow]![/]", "failed" => "[red]✕[/]", _ => "[blue]●[/]" };
        var percent = step is { State: "running", Percent: { } done } ? $" {done} %" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{mark} {Show.Safe(step.Text)}{percent} [grey]{step.Milliseconds / 1000.0:0.0} s[/]");
    }
}
