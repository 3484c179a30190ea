using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RequestEdges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "erased_identifiers",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Surrogate = table.Column<Guid>(type: "uuid", nullable: false),
                    Domain = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsOwned = table.Column<bool>(type: "boolean", nullable: false),
                    ErasedAt = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_erased_identifiers", x => new { x.RequestId, x.Surrogate });
                }
            );

            migrationBuilder.CreateTable(
                name: "opendsr_requests",
                schema: "governance_state",
                columns: table => new
                {
                    Controller = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    SubjectRequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    ReceivedAt = table.Column<long>(type: "bigint", nullable: false),
                    Callbacks = table.Column<string>(type: "text", nullable: false),
                    Told = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    IsOver = table.Column<bool>(type: "boolean", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_opendsr_requests", x => new { x.Controller, x.SubjectRequestId });
                }
            );

            migrationBuilder.CreateTable(
                name: "recipient_notices",
                schema: "governance_state",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Act = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Recipient = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Target = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Body = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<string>(type: "text", nullable: false),
                    StateAt = table.Column<long>(type: "bigint", nullable: false),
                    TriedSince = table.Column<long>(type: "bigint", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAt = table.Column<long>(type: "bigint", nullable: true),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recipient_notices", x => x.Id);
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_bulk",
                schema: "governance_state",
                columns: table => new
                {
                    Submission = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Reference = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    At = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_bulk", x => new { x.Submission, x.Reference });
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_deadlines",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Due = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    DueOn = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    At = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_subject_request_deadlines",
                        x => new
                        {
                            x.RequestId,
                            x.Due,
                            x.DueOn,
                        }
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_erased_identifiers_ErasedAt",
                schema: "governance_state",
                table: "erased_identifiers",
                column: "ErasedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_IsOver",
                schema: "governance_state",
                table: "opendsr_requests",
                column: "IsOver"
            );

            migrationBuilder.CreateIndex(
                name: "IX_opendsr_requests_RequestId",
                schema: "governance_state",
                table: "opendsr_requests",
                column: "RequestId"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_NextAt",
                schema: "governance_state",
                table: "recipient_notices",
                column: "NextAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_recipient_notices_RequestId_Act_Recipient_Target",
                schema: "governance_state",
                table: "recipient_notices",
                columns: new[] { "RequestId", "Act", "Recipient", "Target" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_bulk_RequestId",
                schema: "governance_state",
                table: "subject_request_bulk",
                column: "RequestId"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "erased_identifiers", schema: "governance_state");

            migrationBuilder.DropTable(name: "opendsr_requests", schema: "governance_state");

            migrationBuilder.DropTable(name: "recipient_notices", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_bulk", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_deadlines", schema: "governance_state");
        }
    }
}
