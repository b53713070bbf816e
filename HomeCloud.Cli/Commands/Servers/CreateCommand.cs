using System.CommandLine;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>create NAME</c>.</summary>
internal static class CreateCommand
{
    /// <summary>Of an agent, to a request that it begins at once.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private static readonly Argument<string> Name = new("name") { Description = "Name of the new server; nothing else is required" };
    private static readonly Option<string?> Template = new("--template", "-t") { Description = "Template: ssh, web, gitea, … (see homecloud templates)" };
    private static readonly Option<string?> Image = new("--image", "-i") { Description = "Image to use instead of a template" };
    private static readonly Option<string[]> Environment = new("--env", "-e") { Description = "Environment variable NAME=value; repeatable" };
    private static readonly Option<string[]> Volume = new("--volume", "-v") { Description = "NAME:/path or /folder:/path; :ro for read-only; VOLUME:/path:shared for a volume that another container mounts too; repeatable" };
    private static readonly Option<string?> Memory = new("--memory", "-m") { Description = "Memory limit (example: 512m or 2g)" };
    private static readonly Option<double?> Cpus = new("--cpus") { Description = "CPU limit in cores (example: 1.5)" };
    private static readonly Option<string?> Address = new("--address") { Description = "Fixed IPv4 address" };
    private static readonly Option<string?> Network = new("--network") { Description = "Docker network, if several are on the LAN" };
    private static readonly Option<string[]> Alias = new("--alias") { Description = "Additional name; repeatable" };
    private static readonly Option<bool> Wildcard = new("--wildcard") { Description = "Names below it resolve to it too" };
    private static readonly Option<string?> For = new("--for") { Description = "Remove the server after this time: 30m, 2h, 7d" };
    private static readonly Option<string?> Sleep = new("--sleep") { Description = "Fall asleep after so long without callers, who wake it again: 15m, 2h; default: never" };
    private static readonly Option<string[]> SshKey = new("--ssh-key") { Description = "File with public keys, or github:ACCOUNT, gitlab:ACCOUNT, codeberg:ACCOUNT; default: yours from ~/.ssh; repeatable" };
    private static readonly Option<bool> Password = new("--password") { Description = "Let in with a one-time password, shown once; the first login sets another" };
    private static readonly Option<string?> User = new("--user", "-u") { Description = "Login name in an SSH box; default: yours" };
    private static readonly Option<bool> Privileged = new("--privileged") { Description = "Run privileged: the server controls the whole machine; the agent must allow it" };
    private static readonly Argument<string[]> Words = new("command") { Description = "Command to run instead of the image's default, after --", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create()
    {
        var command = new Command("create", "Create a server: an SSH box, a template, or any image. Ctrl-C cancels and removes what was created.")
        {
            Name, Words, Template, Image, Environment, Volume, Memory, Cpus, Address, Network, Alias, Wildcard, For, Sleep, SshKey, Password, User, Privileged,
        };
        NameArguments.CompleteFrom(Template, ("templates", ["id"]));
        NameArguments.CompleteFrom(Image, ("servers", ["image"]), ("templates", ["image"]));
        NameArguments.CompleteFrom(Network, ("networks", ["name"]));
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        using var client = ConnectionOptions.Connect(parse);
        // Once asked for, it is made whether we hear of it or not: Ctrl-C waits for the answer, to cancel that.
        using var limit = new CancellationTokenSource();
        using var late = cancellationToken.Register(() => limit.CancelAfter(LongestAnswer));
        var operation = await client.PostAsync<OperationInfo>("servers", Request(parse, await OwnKeys.FetchAsync(client, parse.GetValue(SshKey) ?? [], cancellationToken)), limit.Token);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return parse.GetValue(ConnectionOptions.Json)
                ? await CreateProgress.JsonAsync(client, operation, cancellationToken)
                : await CreateProgress.ShowAsync(client, operation, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CreateProgress.CancelAsync(client, operation, parse.GetValue(ConnectionOptions.Json));
            throw;
        }
    }

    private static JsonObject Request(ParseResult parse, string[] fetched)
    {
        var isSsh = parse.GetValue(Image) is null && parse.GetValue(Template) is null or "ssh";
        (string Name, JsonNode? Value)[] asked =
        [
            ("name", parse.GetValue(Name)),
            ("template", parse.GetValue(Template)),
            ("image", parse.GetValue(Image)),
            ("volumes", Texts(parse.GetValue(Volume))),
            ("memory", parse.GetValue(Memory)),
            ("cpus", parse.GetValue(Cpus)),
            ("address", parse.GetValue(Address)),
            ("network", parse.GetValue(Network)),
            ("aliases", Texts(parse.GetValue(Alias))),
            ("wildcard", parse.GetValue(Wildcard)),
            ("expiresIn", parse.GetValue(For)),
            ("sleep", parse.GetValue(Sleep)),
            ("privileged", parse.GetValue(Privileged)),
            ("command", Texts(parse.GetValue(Words))),
            ("user", parse.GetValue(User) ?? (isSsh ? OwnKeys.LoginName : null)),
            ("sshKeys", isSsh || parse.GetValue(SshKey) is { Length: > 0 } ? Texts([.. OwnKeys.Read(parse.GetValue(SshKey) ?? []), .. fetched]) : null),
            ("oneTimePassword", parse.GetValue(Password)),
            ("environment", Variables(parse.GetValue(Environment) ?? [])),
        ];
        return new JsonObject(asked.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));
    }

    private static JsonArray? Texts(string[]? values) => values is { Length: > 0 } ? CliJson.Array(values) : null;

    private static JsonObject? Variables(string[] texts)
    {
        var variables = new JsonObject();
        foreach (var text in texts)
        {
            var equals = text.IndexOf('=');
            if (equals <= 0)
                throw new UserErrorException($"--env {text} has no value.", "Write it as NAME=value.", ExitCodes.Usage);

            variables[text[..equals]] = text[(equals + 1)..];
        }

        return variables.Count == 0 ? null : variables;
    }
}
