using System.CommandLine;
using System.Text.Json;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using Spectre.Console;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary><c>templates</c>.</summary>
internal static class TemplatesCommand
{
    public static Command Create()
    {
        var command = new Command("templates", "List the templates for create.");
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var client = ConnectionOptions.Connect(parse);
            var all = await client.GetAsync<JsonElement[]>("templates", cancellationToken);
            if (parse.GetValue(ConnectionOptions.Json))
            {
                Show.Json(all);
                return ExitCodes.Success;
            }

            var table = new Table().Border(TableBorder.None).AddColumns(Translation.Text("TEMPLATE"), Translation.Text("DESCRIPTION"), Translation.Text("IMAGE"));
            foreach (var template in all)
                table.AddRow($"[bold]{Text(template, "id")}[/]", Text(template, "description"), Text(template, "image"));

            AnsiConsole.Write(table);
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Text(JsonElement item, string property) => Show.Safe(item.GetProperty(property).GetString());
}
