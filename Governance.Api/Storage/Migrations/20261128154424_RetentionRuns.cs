using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RetentionRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "retention_runs",
                columns: table => new
                {
                    JobId = table.Column<string>(type: "TEXT", nullable: false),
                    Dataset = table.Column<string>(type: "TEXT", nullable: false),
                    Period = table.Column<string>(type: "TEXT", nullable: false),
                    Action = table.Column<string>(type: "TEXT", nullable: false),
                    Before = table.Column<long>(type: "INTEGER", nullable: false),
                    StartedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Verdict = table.Column<string>(type: "TEXT", nullable: false),
                    Code = table.Column<string>(type: "TEXT", nullable: true),
                    Attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    NextAttemptAt = table.Column<long>(type: "INTEGER", nullable: true),
                    RowsBefore = table.Column<long>(type: "INTEGER", nullable: true),
                    Matched = table.Column<long>(type: "INTEGER", nullable: true),
                    RowsAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    MatchedAfter = table.Column<long>(type: "INTEGER", nullable: true),
                    ControlUnchanged = table.Column<bool>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retention_runs", x => x.JobId);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_retention_runs_Dataset_Before",
                table: "retention_runs",
                columns: new[] { "Dataset", "Before" }
            );

            migrationBuilder.CreateIndex(name: "IX_retention_runs_EndedAt", table: "retention_runs", column: "EndedAt");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "retention_runs");
        }
    }
}
