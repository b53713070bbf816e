using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using HomeCloud.Cli.Api;
using HomeCloud.Commands;

namespace HomeCloud.Cli.Commands.Access;

/// <summary><c>token add|ls|rm</c>.</summary>
internal static class TokenCommand
{
    public static Command Create() => new("token", "Manage tokens for scripts and other machines.") { Add(), List(), Remove() };

    private static Command Add()
    {
        var name = new Argument<string>("name") { Description = "Purpose of the token" };
        var replace = new Option<bool>("--replace") { Description = "End the token that has this name already" };
        var command = new Command("add", "Create a token; it is printed only once.") { name, replace };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var made = await client.PostAsync<JsonElement>("tokens", new JsonObject { ["name"] = parse.GetRequiredValue(name), ["replace"] = parse.GetValue(replace) }, cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(made);
            }
            else
            {
                Console.Out.WriteLine(made.GetProperty("token").GetString());
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("ls", "List the tokens.");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var all = await client.GetAsync<JsonElement[]>("tokens", cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(all);
                return ExitCodes.Success;
            }

            foreach (var token in all)
                Console.Out.WriteLine($"{Show.Plain(token.GetProperty("name").GetString())}  {token.GetProperty("created").GetDateTimeOffset().LocalDateTime:yyyy-MM-dd HH:mm}");

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Remove()
    {
        var name = NameArguments.OfToken();
        var command = new Command("rm", "Revoke a token.") { name };
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var gone = parse.GetRequiredValue(name);
            await client.SendAsync(HttpMethod.Delete, $"tokens/{Uri.EscapeDataString(gone)}", cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
                Show.JsonLine(new JsonObject { ["name"] = gone, ["revoked"] = true });

            return ExitCodes.Success;
        });
        return command;
    }
}
