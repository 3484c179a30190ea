using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class SubjectRequestTypes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<List<string>>(
                name: "Without",
                schema: "governance_state",
                table: "grants",
                type: "text[]",
                nullable: false
            );

            migrationBuilder.CreateTable(
                name: "processing_limits",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Purposes = table.Column<List<string>>(type: "text[]", nullable: false),
                    Since = table.Column<long>(type: "bigint", nullable: false),
                    LiftedAt = table.Column<long>(type: "bigint", nullable: true),
                    LiftedBy = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    LiftReason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Views = table.Column<int>(type: "integer", nullable: false),
                    ShownBefore = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_processing_limits", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_processing_limits_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_demands",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    Purposes = table.Column<List<string>>(type: "text[]", nullable: false),
                    RefusedPurposes = table.Column<List<string>>(type: "text[]", nullable: false),
                    EncryptTo = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Sealed = table.Column<byte[]>(type: "bytea", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_demands", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_demands_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "subject_request_exports",
                schema: "governance_state",
                columns: table => new
                {
                    RequestId = table.Column<Guid>(type: "uuid", nullable: false),
                    FileName = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Bytes = table.Column<long>(type: "bigint", nullable: false),
                    Sha256 = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    EncryptedTo = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Rows = table.Column<long>(type: "bigint", nullable: false),
                    WrittenAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: true),
                    DestroyedAt = table.Column<long>(type: "bigint", nullable: true),
                    Downloads = table.Column<int>(type: "integer", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_subject_request_exports", x => x.RequestId);
                    table.ForeignKey(
                        name: "FK_subject_request_exports_subject_requests_RequestId",
                        column: x => x.RequestId,
                        principalSchema: "governance_state",
                        principalTable: "subject_requests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade
                    );
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_processing_limits_LiftedAt",
                schema: "governance_state",
                table: "processing_limits",
                column: "LiftedAt"
            );

            migrationBuilder.CreateIndex(
                name: "IX_subject_request_exports_ExpiresAt",
                schema: "governance_state",
                table: "subject_request_exports",
                column: "ExpiresAt"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "processing_limits", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_demands", schema: "governance_state");

            migrationBuilder.DropTable(name: "subject_request_exports", schema: "governance_state");

            migrationBuilder.DropColumn(name: "Without", schema: "governance_state", table: "grants");
        }
    }
}
